//! Tables that commands read from files: text as it is, Parquet as text.

use std::path::Path;

use parquet_table::{ParquetFault, YesNo, is_parquet, to_csv};
use ui::Lang;

use crate::output::Failure;
use crate::say;

/// The bytes of a table in text: those of the file, or of the Parquet file that it is by its first bytes.
pub(crate) fn read(lang: Lang, path: &Path, yes_no: YesNo) -> Result<Vec<u8>, Failure> {
    let bytes = std::fs::read(path).map_err(|error| Failure::bad_input(say::unreadable(lang, path, &error)))?;
    if !is_parquet(&bytes) {
        return Ok(bytes);
    }
    to_csv(bytes, yes_no).map_err(|fault| Failure::bad_input(format!("{}: {}", path.display(), words(lang, &fault))))
}

fn words(lang: Lang, fault: &ParquetFault) -> String {
    match fault {
        ParquetFault::Damaged(cause) => lang.pick(
            format!("[parquet-damaged] tệp Parquet bị hỏng hoặc bị cắt: {cause}. Xuất lại tệp từ phần mềm đã tạo ra nó."),
            format!("[parquet-damaged] the Parquet file is damaged or was cut: {cause}. Write it again with the program it came from."),
        ),
        ParquetFault::Compression { method, columns } => {
            let columns = columns.join(", ");
            lang.pick(
                format!("[parquet-compression] chương trình không đọc được kiểu nén {method} (cột {columns}); tệp không hỏng. Ghi lại tệp với kiểu nén Snappy, Gzip, LZ4, Zstd hoặc không nén."),
                format!("[parquet-compression] the compression {method} is not supported (columns {columns}); the file is not damaged. Write it again with Snappy, Gzip, LZ4, Zstd or none."),
            )
        }
        ParquetFault::NotPlain { columns } => {
            let columns = columns.join(", ");
            lang.pick(
                format!("[parquet-nested] các cột không phải giá trị đơn (danh sách, nhóm, dữ liệu nhị phân): {columns}. Bỏ hoặc tách các cột này."),
                format!("[parquet-nested] columns that hold no plain values (lists, groups, bytes): {columns}. Leave them out or split them."),
            )
        }
        ParquetFault::Value { row, column, what } => lang.pick(
            format!("[parquet-value] dòng {row}, cột {column}: giá trị không ghi được thành số hoặc chữ ({what})."),
            format!("[parquet-value] row {row}, column {column}: a value that is neither number nor text ({what})."),
        ),
    }
}
