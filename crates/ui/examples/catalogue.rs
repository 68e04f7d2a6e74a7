//! Writes the catalogue of parts and its assets into a folder, to be looked at in a browser:
//! `cargo run -p ui --example catalogue -- target/catalogue`.

use std::path::PathBuf;
use std::{env, fs, io};

use ui::catalogue::{Shell, catalogue_in};
use ui::{Lang, Theme, assets};

fn main() -> io::Result<()> {
    let folder = PathBuf::from(env::args().nth(1).unwrap_or_else(|| "target/catalogue".to_owned()));
    fs::create_dir_all(folder.join("assets"))?;
    for address in assets::addresses() {
        if let Some(asset) = assets::asset(address) {
            fs::write(folder.join(address.trim_start_matches('/')), asset.bytes)?;
        }
    }
    let shells = [(Shell::Portal, "portal"), (Shell::Work, "work"), (Shell::Form, "form")];
    for (shell, name) in shells {
        for lang in Lang::ALL {
            for theme in Theme::ALL {
                let page = catalogue_in(shell, lang, theme).into_string();
                let file = format!("{name}-{}-{}.html", lang.tag(), theme.value());
                fs::write(folder.join(file), page)?;
            }
        }
    }
    Ok(())
}
