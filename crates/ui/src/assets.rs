//! Files held in the binary: styles, scripts, fonts, each with its content hash in the name.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::LazyLock;

use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

/// Where the server must give the files.
pub const PREFIX: &str = "/assets/";

#[derive(RustEmbed)]
#[folder = "assets/"]
struct Files;

/// A file to be sent.
#[derive(Clone, Copy, Debug)]
pub struct Asset {
    /// The content.
    pub bytes: &'static [u8],
    /// Value of the `Content-Type` header.
    pub content_type: &'static str,
}

struct Store {
    /// Name with hash, to the content.
    files: BTreeMap<String, (Vec<u8>, &'static str)>,
    /// Plain name, to the address.
    addresses: BTreeMap<String, String>,
}

static STORE: LazyLock<Store> = LazyLock::new(Store::build);

/// Order of the style sheets; the cascade layers are named in the first one.
const STYLES: [&str; 9] = [
    "css/base.css",
    "css/shell.css",
    "css/parts.css",
    "css/lists.css",
    "css/form.css",
    "css/table.css",
    "css/chart.css",
    "css/figure.css",
    "css/print.css",
];

/// The script of every page, and that of the working area.
const SCRIPTS: [&str; 2] = ["app.js", "work.js"];

impl Store {
    fn build() -> Store {
        let mut store = Store { files: BTreeMap::new(), addresses: BTreeMap::new() };
        for name in Files::iter() {
            if name.ends_with(".md") {
                continue;
            }
            if let Some(short) = name.strip_prefix("fonts/") {
                let kind = if short.ends_with(".txt") { "text/plain; charset=utf-8" } else { "font/woff2" };
                store.add(short, read(&name), kind);
            } else if let Some(short) = name.strip_prefix("img/") {
                store.add(short, read(&name), "image/svg+xml");
            }
        }
        // Both scripts begin with the same words, and are modules with a scope of their own.
        for short in SCRIPTS {
            let script = plain_script(&(read_text("js/words.js") + &read_text(&format!("js/{short}"))));
            store.add(short, script.into_bytes(), "text/javascript; charset=utf-8");
        }
        let css = store.stylesheet();
        store.add("app.css", css.into_bytes(), "text/css; charset=utf-8");
        // Readers of the public pages do not load what the working area alone needs.
        store.add("work.css", squeeze(&read_text("css/work.css")).into_bytes(), "text/css; charset=utf-8");
        store
    }

    fn add(&mut self, short: &str, bytes: Vec<u8>, content_type: &'static str) {
        let digest = Sha256::digest(&bytes);
        let mut hash = String::with_capacity(16);
        for byte in digest.iter().take(8) {
            // Writing into a string cannot fail.
            let _ = write!(hash, "{byte:02x}");
        }
        let name = match short.rsplit_once('.') {
            Some((stem, ending)) => format!("{stem}.{hash}.{ending}"),
            None => format!("{short}.{hash}"),
        };
        self.addresses.insert(short.to_owned(), format!("{PREFIX}{name}"));
        self.files.insert(name, (bytes, content_type));
    }

    /// One style sheet from the parts: tokens for light, dark by device and dark by choice, then the layers.
    fn stylesheet(&self) -> String {
        let light = squeeze(&read_text("css/tokens-light.css"));
        let dark = squeeze(&read_text("css/tokens-dark.css"));
        let mut css = String::from("@layer base,shell,parts,print;\n");
        css.push_str(&format!(":root{{color-scheme:light dark;{light}}}\n"));
        css.push_str(&format!("@media screen and (prefers-color-scheme:dark){{:root:not([data-theme=light]){{{dark}}}}}\n"));
        css.push_str(&format!(
            "@media screen{{:root[data-theme=dark]{{color-scheme:dark;{dark}}}:root[data-theme=light]{{color-scheme:light}}}}\n"
        ));
        for name in STYLES {
            css.push_str(&squeeze(&read_text(name)));
        }
        for (short, address) in &self.addresses {
            css = css.replace(&format!("url({short})"), &format!("url({address})"));
        }
        css
    }
}

fn read(name: &str) -> Vec<u8> {
    Files::get(name).map_or_else(Vec::new, |file| file.data.into_owned())
}

fn read_text(name: &str) -> String {
    String::from_utf8_lossy(&read(name)).into_owned()
}

/// Takes comments, indentation and blanks beside signs out of a style sheet. The sheets hold no strings with `/*` or such signs in them.
fn squeeze(css: &str) -> String {
    let mut text = String::with_capacity(css.len());
    let mut rest = css;
    while let Some(start) = rest.find("/*") {
        text.push_str(&rest[..start]);
        rest = rest[start..].find("*/").map_or("", |end| &rest[start + end + 2..]);
    }
    text.push_str(rest);
    let mut squeezed = String::with_capacity(text.len());
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        squeezed.push_str(line);
        if !line.ends_with(['{', '}', ';', ',']) {
            squeezed.push(' ');
        }
    }
    let squeezed = squeezed.replace("{ ", "{").replace("; ", ";").replace(" }", "}");
    squeezed.replace(" {", "{").replace(": ", ":").replace(";}", "}").replace(", ", ",").replace(" > ", ">")
}

/// Takes lines of comment and indentation out of a script. The scripts hold no text that reaches over lines.
fn plain_script(script: &str) -> String {
    let lines = script.lines().map(str::trim_start).filter(|line| !line.is_empty() && !line.starts_with("//"));
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// A file by the rest of its path after [`PREFIX`], for example `app.0123456789abcdef.css`.
///
/// The name holds a hash of the content, so the answer may be cached for ever.
pub fn asset(path: &str) -> Option<Asset> {
    let path = path.strip_prefix(PREFIX).unwrap_or(path);
    STORE.files.get(path).map(|(bytes, content_type)| Asset { bytes, content_type })
}

/// Address of a file by its plain name (`app.css`, `app.js`, `icon.svg`); empty if there is none.
pub fn address(short: &str) -> &'static str {
    STORE.addresses.get(short).map_or("", String::as_str)
}

/// Address of the style sheet.
pub fn stylesheet() -> &'static str {
    address("app.css")
}

/// Address of the style sheet that pages of the working area load as well.
pub fn work_stylesheet() -> &'static str {
    address("work.css")
}

/// Address of the script module.
pub fn script() -> &'static str {
    address("app.js")
}

/// Address of the script module that pages of the working area load as well.
pub fn work_script() -> &'static str {
    address("work.js")
}

/// Addresses of the fonts that every Vietnamese page needs, to be loaded early.
pub fn early_fonts() -> [&'static str; 4] {
    [
        address("be-vietnam-pro-latin-400-normal.woff2"),
        address("be-vietnam-pro-vietnamese-400-normal.woff2"),
        address("be-vietnam-pro-latin-600-normal.woff2"),
        address("be-vietnam-pro-vietnamese-600-normal.woff2"),
    ]
}

/// All addresses, in order of their names.
pub fn addresses() -> impl Iterator<Item = &'static str> {
    STORE.addresses.values().map(String::as_str)
}

/// Value of the `Content-Security-Policy` header for every page.
pub fn content_security_policy() -> &'static str {
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_leads_to_a_file() {
        for address in addresses() {
            let file = asset(address).unwrap();
            assert!(!file.bytes.is_empty(), "{address} is empty");
        }
        assert!(asset("app.css").is_none(), "only names with a hash are served");
        assert!(stylesheet().starts_with("/assets/app."));
        assert!(script().starts_with("/assets/app."));
        assert!(early_fonts().iter().all(|font| !font.is_empty()));
    }

    #[test]
    fn style_sheet_is_small_and_loads_only_own_files() {
        let css = String::from_utf8(asset(stylesheet()).unwrap().bytes.to_vec()).unwrap();
        assert!(css.len() < 40 * 1024, "{} bytes of CSS", css.len());
        let work = asset(work_stylesheet()).unwrap().bytes;
        assert!(work.len() < 8 * 1024, "{} bytes of CSS", work.len());
        for piece in css.split("url(").skip(1) {
            assert!(piece.starts_with(PREFIX), "foreign or missing file: {piece:.60}");
        }
        assert_eq!(css.matches('{').count(), css.matches('}').count());
    }

    #[test]
    fn script_is_small_and_needs_no_evaluation() {
        for (address, most) in [(script(), 5 * 1024), (work_script(), 8 * 1024)] {
            let text = String::from_utf8(asset(address).unwrap().bytes.to_vec()).unwrap();
            assert!(text.len() < most, "{address}: {} bytes of script", text.len());
            assert!(!text.contains('`'), "{address}: a text over several lines would lose its indentation");
            for word in ["eval(", "Function(", "innerHTML", "http:", "https:"] {
                assert!(!text.contains(word), "{address}: {word}");
            }
        }
    }

    #[test]
    fn squeezing_keeps_the_rules() {
        assert_eq!(squeeze("/* a */\n.a {\n  color: red;\n}\n"), ".a{color:red}");
        assert_eq!(squeeze(".a { color: red; top: 0; }\n.b .c { top: 1px; }\n"), ".a{color:red;top:0}.b .c{top:1px}");
    }
}
