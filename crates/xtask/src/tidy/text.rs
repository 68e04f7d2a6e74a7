//! Rules for single files.

use super::Fault;

const LONGEST_RUST_FILE: usize = 600;

/// Words that say something is unfinished. Written in two parts, or this file would break them.
const MARKERS: [&str; 7] = [
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("db", "g!("),
    concat!("to", "do!("),
    concat!("unimpl", "emented!("),
    concat!("<<<<", "<<< "),
    concat!(">>>>", ">>> "),
];

/// The folders that hold the folders of people.
const HOMES: [&str; 3] = [concat!("/ho", "me/"), concat!("/Us", "ers/"), concat!("/ro", "ot/")];

/// The name of a language, not an address to load from.
const NAMESPACE: &str = "http://www.w3.org/";

/// Whether the layout rules hold for this file.
pub(super) fn is_source(name: &str) -> bool {
    [".rs", ".toml", ".md"].iter().any(|ending| name.ends_with(ending))
}

/// Checks one file of text.
pub(super) fn check(name: &str, content: &str, faults: &mut Vec<Fault>) {
    if content.contains('\0') {
        return;
    }
    if is_source(name) {
        layout(name, content, faults);
    }
    if name.ends_with("package-lock.json") {
        lock_file(name, content, faults);
    } else if !name.ends_with("Cargo.lock") {
        markers(name, content, faults);
    }
    let is_asset = name.ends_with(".css") || name.ends_with(".js");
    if name.starts_with("crates/ui/assets/") && is_asset {
        asset(name, content, faults);
    }
    if name.ends_with(".rs") {
        rust(name, content, faults);
    }
}

fn numbered(content: &str) -> impl Iterator<Item = (usize, &str)> {
    content.split('\n').enumerate().map(|(index, line)| (index + 1, line))
}

fn layout(name: &str, content: &str, faults: &mut Vec<Fault>) {
    for (number, line) in numbered(content) {
        let bare = line.strip_suffix('\r').unwrap_or(line);
        if bare.len() != line.len() {
            faults.push(Fault::new(name, number, "line ends with CR LF"));
        }
        if bare.contains('\t') {
            faults.push(Fault::new(name, number, "tab"));
        }
        if bare.ends_with([' ', '\t']) {
            faults.push(Fault::new(name, number, "white space at the end of the line"));
        }
    }
    if !content.is_empty() && !content.ends_with('\n') {
        faults.push(Fault::new(name, 0, "does not end with a line break"));
    }
}

fn markers(name: &str, content: &str, faults: &mut Vec<Fault>) {
    for (number, line) in numbered(content) {
        for marker in MARKERS {
            if finds_word(line, marker) {
                faults.push(Fault::new(name, number, format!("marker left behind: {marker}")));
            }
        }
        for home in HOMES {
            if names_home(line, home) {
                faults.push(Fault::new(name, number, "path of somebody's home folder"));
            }
        }
    }
}

/// Whether `word` stands in `line` and is not a part of a longer word.
fn finds_word(line: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        let open = !word.ends_with(char::is_alphanumeric);
        !before.is_some_and(is_part) && (open || !after.is_some_and(is_part))
    })
}

/// Whether `line` names a place below the folder `home`, and not below one that ends like it.
fn names_home(line: &str, home: &str) -> bool {
    line.match_indices(home).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + home.len()..].chars().next();
        !before.is_some_and(|c| c.is_alphanumeric() || "_.-}".contains(c))
            && after.is_some_and(|c| c.is_ascii_alphanumeric() || ".<$_".contains(c))
    })
}

fn lock_file(name: &str, content: &str, faults: &mut Vec<Fault>) {
    for (number, line) in numbered(content) {
        if line.contains("\"resolved\"") {
            let rule = "the lock file of npm must name no address (omit-lockfile-registry-resolved)";
            faults.push(Fault::new(name, number, rule));
        }
    }
}

fn asset(name: &str, content: &str, faults: &mut Vec<Fault>) {
    for (number, line) in numbered(content) {
        let line = line.replace(NAMESPACE, "");
        let foreign = ["http://", "https://", "url(//", "url('//", "url(\"//"];
        if foreign.iter().any(|start| line.contains(start)) {
            faults.push(Fault::new(name, number, "an asset must not load from another address"));
        }
    }
}

fn rust(name: &str, content: &str, faults: &mut Vec<Fault>) {
    let lines = content.lines().count();
    if lines > LONGEST_RUST_FILE {
        let rule = format!("{lines} lines; a file has at most {LONGEST_RUST_FILE}");
        faults.push(Fault::new(name, 0, rule));
    }
    let is_root = name.ends_with("src/lib.rs") || name.ends_with("src/main.rs");
    if is_root && !content.starts_with("//!") {
        faults.push(Fault::new(name, 1, "a crate begins with what it is for (`//!`)"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults_of(name: &str, content: &str) -> Vec<String> {
        let mut faults = Vec::new();
        check(name, content, &mut faults);
        faults.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn clean_files_have_no_faults() {
        assert_eq!(faults_of("crates/a/src/lib.rs", "//! A.\n\nfn a() {}\n"), [""; 0]);
        assert_eq!(faults_of("docs/a.md", ""), [""; 0]);
    }

    #[test]
    fn layout_faults_name_their_line() {
        let found = faults_of("docs/a.md", "one\n\ttwo\nthree \nfour\r\nfive");
        assert_eq!(
            found,
            [
                "docs/a.md:2: tab",
                "docs/a.md:3: white space at the end of the line",
                "docs/a.md:4: line ends with CR LF",
                "docs/a.md: does not end with a line break",
            ]
        );
        assert_eq!(faults_of("crates/ui/assets/a.css", "a {\t}\n"), [""; 0]);
    }

    #[test]
    fn markers_are_found_as_whole_words() {
        let marker = MARKERS[0];
        assert_eq!(faults_of("a.js", &format!("// {marker}: later\n")).len(), 1);
        assert_eq!(faults_of("a.js", &format!("A{marker}B {marker}S\n")), [""; 0]);
        let macro_call = format!("    {}value);\n", MARKERS[2]);
        assert_eq!(faults_of("a.rs", &macro_call).len(), 1);
        assert_eq!(faults_of("a.rs", &format!("my_{}\n", MARKERS[2])), [""; 0]);
    }

    #[test]
    fn home_folders_are_found_and_their_namesakes_are_not() {
        for home in HOMES {
            assert_eq!(faults_of("a.md", &format!("see {home}someone/x\n")).len(), 1, "{home}");
            assert_eq!(faults_of("a.md", &format!("see https://a.example{home}x\n")), [""; 0]);
            assert_eq!(faults_of("a.md", &format!("the folder {home} itself\n")), [""; 0]);
        }
    }

    #[test]
    fn assets_load_nothing_from_elsewhere() {
        let name = "crates/ui/assets/site.css";
        assert_eq!(faults_of(name, "a { background: url(https://a.example/x.png) }\n").len(), 1);
        assert_eq!(faults_of(name, "a { background: url(//a.example/x.png) }\n").len(), 1);
        assert_eq!(faults_of(name, "a { background: url(/x.png) }\n"), [""; 0]);
        let svg = "const space = 'http://www.w3.org/2000/svg';\n";
        assert_eq!(faults_of("crates/ui/assets/chart.js", svg), [""; 0]);
        assert_eq!(faults_of("docs/a.md", "https://a.example\n"), [""; 0]);
    }

    #[test]
    fn long_rust_files_are_listed() {
        let long = "//\n".repeat(LONGEST_RUST_FILE + 1);
        assert_eq!(faults_of("a.rs", &long), ["a.rs: 601 lines; a file has at most 600"]);
        assert_eq!(faults_of("a.rs", &"//\n".repeat(LONGEST_RUST_FILE)), [""; 0]);
    }

    #[test]
    fn crates_say_what_they_are_for() {
        assert_eq!(faults_of("crates/a/src/main.rs", "fn main() {}\n").len(), 1);
        assert_eq!(faults_of("crates/a/src/part.rs", "fn part() {}\n"), [""; 0]);
    }

    #[test]
    fn the_npm_lock_file_names_no_address() {
        let line = "  \"resolved\": \"https://a.example/x.tgz\",\n";
        assert_eq!(faults_of("tests/browser/package-lock.json", line).len(), 1);
    }

    #[test]
    fn binary_files_are_left_alone() {
        assert_eq!(faults_of("a.md", "\0\t \r\n"), [""; 0]);
    }
}
