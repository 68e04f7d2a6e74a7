"""Makes the sample files, with programs that people hand Parquet files on with. The tables are made up.

    pip install pyarrow==26.0.1 polars==2.1.0 && python3 make.py
"""

import datetime
import decimal
import pathlib

import polars
import pyarrow
import pyarrow.parquet

here = pathlib.Path(__file__).parent
rows = {
    "unit": ["Hoàn Kiếm", "Ba Đình", 'Tây "Hồ", phường', None],
    "code": pyarrow.array([1, 2, 3, None], pyarrow.int32()),
    "share": pyarrow.array([0.1, 1e-7, None, float("nan")], pyarrow.float64()),
    "small": pyarrow.array([0.1, 2.5, -3.0, None], pyarrow.float32()),
    "points": pyarrow.array([decimal.Decimal("12.50"), decimal.Decimal("-0.05"), decimal.Decimal("100.00"), None], pyarrow.decimal128(7, 2)),
    "done": [True, False, None, True],
    "day": [datetime.date(2025, 7, 1), datetime.date(1969, 12, 31), None, datetime.date(2000, 2, 29)],
    "at": pyarrow.array([datetime.datetime(2025, 7, 1, 8, 5), None, datetime.datetime(2025, 7, 1, 8, 5, 0, 250000), None], pyarrow.timestamp("us")),
    "kind": pyarrow.array(["xã", "phường", "phường", None]).dictionary_encode(),
}
table = pyarrow.table(rows)
for codec in ["none", "snappy", "gzip", "lz4", "zstd", "brotli"]:
    pyarrow.parquet.write_table(table, here / f"plain-{codec}.parquet", compression=codec)
pyarrow.parquet.write_table(table, here / "groups.parquet", row_group_size=1)
pyarrow.parquet.write_table(table, here / "pages-2.parquet", data_page_version="2.0", use_dictionary=False)
nested = pyarrow.table({"unit": ["a"], "answers": [[1, 2]], "place": [{"x": 1}]})
pyarrow.parquet.write_table(nested, here / "nested.parquet")
pyarrow.parquet.write_table(table.slice(0, 0), here / "empty.parquet")
polars.from_arrow(table).write_parquet(here / "polars.parquet")
infinite = pyarrow.table({"unit": ["a", "b"], "x": [1.0, float("inf")]})
pyarrow.parquet.write_table(infinite, here / "infinite.parquet")

# Two tables that the program is compared on with their CSV files, as Polars reads and writes them.
root = here.parents[3]
answers = polars.read_csv(root / "crates/survey-stats/tests/r/expected/sipas.csv", null_values=["NA"], infer_schema_length=None)
answers.write_parquet(here / "sipas.parquet", compression="zstd")
points = polars.read_csv(root / "catalogue/indices/pci-2018.csv", infer_schema_length=None, schema_overrides={"code": polars.String})
points.write_parquet(here / "pci-2018.parquet", compression="snappy")
