//! The program behind nginx with `deploy/nginx.conf`, where nginx is installed.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::program::{ask, log, logged, until};
use crate::tls::{ask_over_tls, certificate, get_over_tls};

const SITE: &str = include_str!("../../../../deploy/nginx.conf");

/// A running nginx; ended by its id when dropped.
struct Nginx {
    child: Child,
    plain: String,
    tls: String,
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn find() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain([PathBuf::from("/usr/sbin")]);
    folders.map(|folder| folder.join("nginx")).find(|program| program.exists())
}

/// The site of `deploy/`, with other ports, files and name.
fn site(folder: &Path, upstream: &str, plain: &str, tls: &str) -> String {
    let here = folder.to_string_lossy();
    let lines = SITE.lines().filter(|line| !line.contains("listen [::]")).collect::<Vec<_>>().join("\n");
    let mut site = lines;
    for (written, meant) in [
        ("listen 80;", format!("listen {plain};")),
        ("listen 443 ssl", format!("listen {tls} ssl")),
        ("server 127.0.0.1:8080;", format!("server {upstream};")),
        ("/etc/ssl/cchc/fullchain.pem", format!("{here}/may-chu.crt")),
        ("/etc/ssl/cchc/key.pem", format!("{here}/may-chu.key")),
        ("/var/log/nginx/cchc.log", format!("{here}/nginx.log")),
        ("cchc.example", "localhost".to_owned()),
    ] {
        assert!(site.contains(written), "deploy/nginx.conf has no {written}");
        site = site.replace(written, &meant);
    }
    site
}

fn start(program: &Path, folder: &Path, upstream: &str) -> Nginx {
    let free = || TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address").to_string();
    let (plain, tls) = (free(), free());
    fs::write(folder.join("site.conf"), site(folder, upstream, &plain, &tls)).expect("written");
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(|kind| format!("{kind}_temp_path {kind};\n")).concat();
    let main = format!(
        "daemon off;\nmaster_process off;\npid nginx.pid;\nerror_log nginx.error;\nevents {{}}\nhttp {{\n{temporary}include site.conf;\n}}\n"
    );
    fs::write(folder.join("nginx.conf"), main).expect("written");
    let child = Command::new(program)
        .arg("-p")
        .arg(folder)
        .args(["-c", "nginx.conf", "-e", "nginx.error"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("nginx starts");
    let nginx = Nginx { child, plain, tls };
    until("nginx listens", || TcpStream::connect(&nginx.tls).is_ok());
    nginx
}

#[test]
fn behind_nginx_clients_ids_and_forms_are_what_they_are() {
    let Some(program) = find() else {
        println!("nginx is not installed; deploy/nginx.conf is not tried");
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let known = certificate(folder.path(), 2200);
    let words = ["--trusted-proxies", "127.0.0.1", "--log", "info", "--log-format", "json", "--body-limit", "1"];
    let server = logged(folder.path(), &words);
    let nginx = start(&program, folder.path(), &server.address);
    let get = |head: &str| ask_over_tls(&nginx.tls, &known, head, "").expect("an answer");

    let home = get_over_tls(&nginx.tls, &known, "/").expect("an answer").to_ascii_lowercase();
    assert!(home.starts_with("http/1.1 200") && home.contains("strict-transport-security: max-age=31536000"), "{home:.800}");
    let id = home.lines().find_map(|line| line.strip_prefix("x-request-id: ")).expect("an id").to_owned();
    until("both logs know the request by its id", || {
        let seen = fs::read_to_string(folder.path().join("nginx.log")).unwrap_or_default();
        log(folder.path()).contains(&id) && seen.contains(&id)
    });

    let forged = get(
        "GET /don-vi?ten=Nguyen+Van+Thu HTTP/1.1\r\nX-Forwarded-For: 203.0.113.50\r\nForwarded: for=203.0.113.51\r\nX-Request-Id: gia-mao\r\n",
    );
    assert!(forged.starts_with("HTTP/1.1 200"), "{forged:.400}");
    until("the request is in the log", || log(folder.path()).contains("\"route\":\"/don-vi\""));
    let by_nginx = fs::read_to_string(folder.path().join("nginx.log")).expect("a log");
    let written = format!("{}{by_nginx}", log(folder.path()));
    for false_or_personal in ["203.0.113", "gia-mao", "Nguyen"] {
        assert!(!written.contains(false_or_personal), "{false_or_personal} stands in a log:\n{written}");
    }

    let own = format!("Origin: https://{}\r\n", nginx.tls.replace("127.0.0.1", "localhost"));
    assert!(
        get(&format!("POST /tim HTTP/1.1\r\nContent-Length: 0\r\n{own}")).starts_with("HTTP/1.1 405"),
        "a form of the site itself passes"
    );
    let foreign = get("POST /tim HTTP/1.1\r\nContent-Length: 0\r\nOrigin: https://khac.test\r\n");
    assert!(foreign.starts_with("HTTP/1.1 403") && foreign.contains("Yêu cầu đến từ trang khác"), "{foreign:.400}");

    let large = "x".repeat((1 << 20) + 1);
    let head = format!("POST /tim HTTP/1.1\r\nContent-Length: {}\r\n{own}", large.len());
    let refused = ask_over_tls(&nginx.tls, &known, &head, &large).expect("an answer");
    assert!(refused.starts_with("HTTP/1.1 413") && refused.contains("vượt quá 1 MB"), "the program's own page: {refused:.400}");

    assert!(get("GET /metrics HTTP/1.1\r\n").starts_with("HTTP/1.1 404"));
    let (redirect, _) = ask(&nginx.plain, "GET /xep-hang HTTP/1.1\r\n", "");
    assert!(redirect.starts_with("HTTP/1.1 301") && redirect.contains("/xep-hang"), "{redirect}");
    let page = get("GET /xep-hang/pci/2018 HTTP/1.1\r\nAccept-Encoding: gzip\r\n");
    assert!(page.to_ascii_lowercase().contains("content-encoding: gzip"), "compression passes through");
}
