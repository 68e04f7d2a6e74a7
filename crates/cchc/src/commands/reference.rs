//! `cchc reference`: commands and settings as Markdown, made from the command line's own definition; `docs/reference.md` is its output.

use std::fmt::Write as _;

use clap::CommandFactory as _;
use ui::Lang;

use crate::output::{Failure, print};
use crate::settings::Cli;

pub(crate) fn run(lang: Lang) -> Result<(), Failure> {
    print(lang, &markdown())
}

/// The reference. A test compares it with the committed file.
pub(crate) fn markdown() -> String {
    let mut text = String::from(
        "# Cấu hình và câu lệnh\n\nTrang này do `cchc reference` tạo ra; không sửa tay.\n\n\
         Thứ tự ưu tiên: tham số dòng lệnh, biến môi trường, tệp cấu hình `cchc.toml`, giá trị mặc định.\n\
         Các khóa trong tệp cấu hình trùng tên với tham số dài: `database`, `catalogue`, `lang`, `log`, `listen`, `dev`, `owner`, `public-address`, \
         `files`, `files-endpoint`, `files-region`, `files-access-key`, `files-secret-key`, \
         `recipient`, `passphrase`, `passphrase-file`, `backup-folder`, `backup-at`, `backup-keep`; \
         tham số nhận nhiều giá trị (`recipient`, `backup-at`) viết thành danh sách;\n\
         trong nhóm `[network]`: `tls-certificate`, `tls-key`, `trusted-proxies`, `forwarded-header`, `metrics-listen`, `watchers`, `rate-limit`, \
         `sign-in-limit`, `connections`, `body-limit`, `stop-patience`, `log-format`;\n\
         trong nhóm `[work]`: `workers`, `mail-host`, `mail-port`, `mail-security`, `mail-user`, `mail-password`, `mail-from`, \
         `message-authorities`, `digest-hour`, `webhook-url`, `webhook-secret`, `webhook-networks`, `webhook-plain-http`;\n\
         trong nhóm `[openid]`: `openid-issuer`, `openid-name`, `openid-client`, `openid-secret`, `openid-proof`, `openid-scopes`, \
         `openid-user-name`, `openid-first`, `openid-levels`, `openid-two-factors`, `openid-authorities`;\n\
         trong nhóm `[security]` (giá trị mặc định theo các điểm của cấp độ 3, trong ngoặc): `password-characters` (14), \
         `password-characters-with-second-factor` (8), `administrator-password-days` (60), `remembered-passwords` (10), \
         `failures-before-lock` (5), `lock-minutes` (15), `idle-minutes` (15), `idle-minutes-administrator` (5), `session-hours` (12), \
         `dormant-days` (45), `review-months` (6), `reset-minutes` (30), `first-link-days` (7), \
         `second-factor` (`administrators`; hoặc `everybody`, `nobody`).\n\
         Mã thoát: 0 xong, 1 không làm được, 2 đầu vào hoặc câu lệnh có lỗi.\n",
    );
    let mut root = Cli::command();
    root.build();
    let _ = write!(text, "\n## Tham số chung\n");
    arguments(&root, &mut text, true);
    commands(&root, "cchc", &mut text);
    text
}

fn commands(command: &clap::Command, path: &str, text: &mut String) {
    for sub in command.get_subcommands() {
        let path = format!("{path} {}", sub.get_name());
        let _ = write!(text, "\n## `{path}`\n\n{}.\n", sub.get_about().map(ToString::to_string).unwrap_or_default());
        arguments(sub, text, false);
        commands(sub, &path, text);
    }
}

fn arguments(command: &clap::Command, text: &mut String, global: bool) {
    let rows: Vec<String> = command
        .get_arguments()
        .filter(|argument| argument.is_global_set() == global && !matches!(argument.get_id().as_str(), "help" | "version"))
        .map(|argument| {
            let values: Vec<&str> = argument.get_value_names().unwrap_or_default().iter().map(|name| name.as_str()).collect();
            let takes = if argument.get_action().takes_values() { values.join(" ") } else { String::new() };
            let name = argument.get_long().map_or_else(|| format!("`<{takes}>`"), |long| format!("`--{long} {takes}`").replace(" `", "`"));
            let environment = argument.get_env().map(|name| format!("`{}`", name.to_string_lossy())).unwrap_or_default();
            let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
            format!("| {name} | {environment} | {help}{} |\n", allowed(argument))
        })
        .collect();
    if !rows.is_empty() {
        let _ = write!(text, "\n| tham số | biến môi trường | ý nghĩa |\n|---|---|---|\n{}", rows.concat());
    }
}

/// The values that an argument takes, where they are a list, and what it is without being given.
fn allowed(argument: &clap::Arg) -> String {
    if !argument.get_action().takes_values() {
        return String::new();
    }
    let values: Vec<String> = argument
        .get_possible_values()
        .iter()
        .filter(|value| !value.is_hide_set())
        .map(|value| {
            let help = value.get_help().map(|help| format!(" ({help})")).unwrap_or_default();
            format!("`{}`{help}", value.get_name())
        })
        .collect();
    let usual: Vec<String> = argument.get_default_values().iter().map(|value| format!("`{}`", value.to_string_lossy())).collect();
    let mut text = String::new();
    if !values.is_empty() {
        let _ = write!(text, ". Giá trị: {}", values.join(", "));
    }
    if !usual.is_empty() {
        let _ = write!(text, ". Mặc định: {}", usual.join(", "));
    }
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_committed_reference_is_the_generated_one() {
        let committed = include_str!("../../../../docs/reference.md");
        assert_eq!(committed, super::markdown(), "run `cchc reference > docs/reference.md`");
    }
}
