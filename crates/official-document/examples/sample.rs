//! Writes made-up documents as DOCX and PDF into the folder that is given.

use std::path::PathBuf;

#[path = "../tests/it/made.rs"]
mod made;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("which folder?")?);
    std::fs::create_dir_all(&folder)?;
    for (name, document) in made::all() {
        std::fs::write(folder.join(format!("{name}.docx")), official_document::docx(&document)?)?;
        std::fs::write(folder.join(format!("{name}.pdf")), official_document::pdf(&document)?)?;
    }
    Ok(())
}
