//! DOCX files as LibreOffice opens them.

use std::process::{Command, Stdio};

use official_document::{docx, pdf};

use crate::made;
use crate::pdf::pages;

#[test]
fn libreoffice_shows_the_same_pages() {
    let installed = Command::new("soffice").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if !installed.is_ok_and(|status| status.success()) {
        println!("soffice is missing: whether LibreOffice opens the files was not checked");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let files: Vec<_> = made::all()
        .into_iter()
        .map(|(name, document)| {
            let path = folder.path().join(format!("{name}.docx"));
            std::fs::write(&path, docx(&document).unwrap()).unwrap();
            (path, document)
        })
        .collect();
    let profile = format!("-env:UserInstallation=file://{}/profile", folder.path().display());
    let done = Command::new("soffice")
        .args([&profile, "--headless", "--convert-to", "pdf", "--outdir"])
        .arg(folder.path())
        .args(files.iter().map(|(path, _)| path))
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(done.success());
    for (path, document) in files {
        let theirs = pages(&std::fs::read(path.with_extension("pdf")).unwrap());
        let ours = pages(&pdf(&document).unwrap());
        assert_eq!(theirs.len(), ours.len(), "{}", path.display());
        // Columns beside each other may come in another order.
        let words = |pages: &[String]| {
            let text = pages.join(" ");
            let mut words: Vec<String> = text.split_whitespace().map(String::from).collect();
            words.sort();
            words.join(" ")
        };
        assert_eq!(words(&theirs), words(&ours), "{}", path.display());
    }
}
