//! A catalogue of a few rows in a folder, that tests change as they need.

use std::fs;
use std::path::Path;

use registry::catalogue::CatalogueFiles;
use tempfile::TempDir;

/// Files of a catalogue: two provinces, an index with two parts, one edition.
const FILES: [(&str, &str); 5] = [
    (
        "units/units.csv",
        "unit,code,level,kind,name,short_name,parent,valid_from,valid_to,source,status,note
vn,VN,country,country,Việt Nam,Việt Nam,,,,s,seen,
01-ha-noi,01,province,municipality,Thành phố Hà Nội,Hà Nội,vn,,,s,seen,
46-hue,46,province,municipality,Thành phố Huế,Huế,vn,,,s,seen,
",
    ),
    ("units/links.csv", "from,to,date,extent,source,status,note\n"),
    ("units/sources.csv", "source,title,issuer,url,licence,note\ns,Nghị quyết,Quốc hội,,facts,\n"),
    (
        "indicators/i.csv",
        "indicator,name_vi,name_en,name_status,unit_vi,unit_en,direction,decimals,valid_from_year,valid_to_year,source,note
x.total,Tổng,Total,official,điểm,points,higher-is-better,2,,,s,
x.a,Một,One,official,điểm,points,higher-is-better,2,,,s,
x.b,Hai,Two,official,điểm,points,higher-is-better,2,,,s,
",
    ),
    (
        "indices/x-2020.csv",
        "unit,code,a,b,published.total,published.rank,published.band
Hà Nội,01,0.1234567890123456789012345678,79228162514264337593543950335,,1,
Huế,46,1,,5.50,2,
",
    ),
];

const DEFINITION: &str = r#"format = "cchc-index-definition/1"
id = "x-2020"
index = "x"
name = { vi = "X", en = "X" }
summary = { vi = "X", en = "X" }
unit_level = "province"
status = "read"
decimals = 2

[computation]
rank_direction = "higher-is-better"
tie_rule = "competition"
rank_on = "unrounded"
missing = "no-result"

[[node]]
code = "total"
indicator = "x.total"
aggregation = "weighted-sum"

[[node]]
code = "a"
indicator = "x.a"
parent = "total"
weight = "1"

[[node]]
code = "b"
indicator = "x.b"
parent = "total"
weight = "0"

[[edition]]
year = 2020
data = "x-2020.csv"
components = "complete"
units_as_of = 2020-12-31
units_expected = 2
"#;

pub(crate) struct SmallCatalogue {
    folder: TempDir,
}

impl SmallCatalogue {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for part in ["units", "indicators", "indices"] {
            fs::create_dir(folder.path().join(part)).unwrap();
        }
        for (file, text) in FILES.into_iter().chain([("indices/x-2020.toml", DEFINITION)]) {
            fs::write(folder.path().join(file), text).unwrap();
        }
        Self { folder }
    }

    pub(crate) fn files(&self) -> CatalogueFiles {
        CatalogueFiles::Folder(self.folder.path().to_owned())
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Replaces a piece of a file; the piece must be there.
    pub(crate) fn change(&self, file: &str, from: &str, to: &str) {
        let path = self.folder.path().join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{file} holds {from:?}");
        fs::write(path, text.replace(from, to)).unwrap();
    }
}
