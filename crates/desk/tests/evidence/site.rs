//! A working area with a made-up tree of units, an official of each, and forms sent as browsers send them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use accounts::people::{self, NewGrant, Person};
use accounts::policy::Role;
use accounts::sign_in::Origin;
use accounts::{Actor, Hasher, Reach, Security, use_link};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use platform::files::{FilePlace, FileStore};
use platform::{Db, Migrations, World, migrate};
use sqlx::AssertSqlSafe;
use tempfile::TempDir;
use test_support::{DatabaseKind, TestPlace};
use tower::ServiceExt as _;
use ui::Lang;
use web::{App, ConditionFuture, ConditionSource, Office, OfficeParts};

pub(crate) struct Site {
    pub(crate) app: App,
    router: Router,
    folder: TempDir,
    _place: TestPlace,
}

/// An answer, read whole.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

const UNITS: &str = "INSERT INTO unit (unit, origin) VALUES ('tinh', 'local'), ('so', 'local'), ('xa', 'local'); \
    INSERT INTO unit_version (unit, position, code, level, kind, name, short_name, parent, valid_from, source, status, search_key, sort_key, origin) VALUES \
    ('tinh', 1, '1', 'province', 'province', 'Tỉnh Thí Dụ', 'Thí Dụ', NULL, '2020-01-01', 'test', 'seen', 'tinh thi du', 'a', 'local'), \
    ('so', 1, '2', 'department', 'department', 'Sở Giả Định', 'Sở Giả Định', 'tinh', '2020-01-01', 'test', 'seen', 'so gia dinh', 'b', 'local'), \
    ('xa', 1, '3', 'commune', 'commune', 'Xã Mẫu', 'Mẫu', 'tinh', '2020-01-01', 'test', 'seen', 'xa mau', 'c', 'local');";

impl Site {
    pub(crate) async fn of(kind: DatabaseKind) -> Self {
        let place = TestPlace::of(kind).await;
        let db = Db::open_address(&place.address()).await.unwrap();
        migrate(&db, Migrations::All).await.unwrap();
        let mut write = db.write().await.unwrap();
        platform::on!(write.conn(), c => sqlx::raw_sql(AssertSqlSafe(UNITS.to_owned())).execute(&mut *c).await.map(drop)).unwrap();
        write.commit().await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let files = FileStore::open(FilePlace::Folder(folder.path().join("files"))).await.unwrap();
        let counter = Arc::new(AtomicU64::new(1));
        let world = World::new(
            || "2026-03-02T03:00:00Z".parse().unwrap(),
            move |bytes| {
                let number = counter.fetch_add(1, Ordering::Relaxed).to_be_bytes();
                bytes.iter_mut().rev().zip(number.iter().rev()).for_each(|(byte, digit)| *byte = *digit);
            },
        );
        let app: App = Arc::new(Office::new(OfficeParts {
            single_sign_on: None,
            db,
            files,
            world,
            security: Security::default(),
            hasher: Hasher::cheap(),
            version: "thử".to_owned(),
            owner: None,
            demo: true,
            secure: false,
            public_address: "http://localhost".to_owned(),
            mail: false,
            nav: desk::evidence_nav(),
            task_sources: Vec::new(),
            condition_source: Arc::new(Unwatched),
        }));
        app.units.refresh(&app.db, app.world.now()).await.unwrap();
        let router = web::router(&app, desk::routes());
        Self { app, router, folder, _place: place }
    }

    /// Signs somebody in with a role on a unit; answers the cookie.
    pub(crate) async fn signed_in(&self, role: Role, unit: &str) -> String {
        let program = Actor::program(self.app.world.now());
        let login = format!("{}.{unit}", role.word());
        let person =
            Person { login: login.clone(), name: format!("Người {unit}"), unit: unit.to_owned(), made_up: true, ..Person::default() };
        let invited = people::make(&self.app.accounts, &program, &person).await.unwrap();
        let grant = NewGrant {
            account: invited.account,
            role,
            unit: unit.to_owned(),
            reach: Reach::Subtree,
            valid_from: self.app.world.today(),
            valid_to: None,
            reason: None,
        };
        people::give_role(&self.app.accounts, &program, &grant).await.unwrap();
        let origin = Origin { agent: None, address: None, request: None };
        let secret = use_link(&self.app.accounts, &invited.link, "trâu-bò-cày-ruộng-mùa-37", &origin).await.unwrap().unwrap();
        format!("cchc_phien={secret}")
    }

    /// Every file goes, and the store stays.
    pub(crate) fn lose_the_files(&self) {
        let of = |folder: std::path::PathBuf| std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        for file in of(self.folder.path().join("files/sha256")).flat_map(of) {
            std::fs::remove_file(file).unwrap();
        }
    }

    pub(crate) fn lose_the_store(&self) {
        std::fs::rename(self.folder.path().join("files"), self.folder.path().join("gone")).unwrap();
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = answer.into_parts();
        Answer { status: parts.status, headers: parts.headers, bytes: to_bytes(body, 100 << 20).await.unwrap().to_vec() }
    }

    pub(crate) async fn get(&self, cookie: &str, path: &str) -> Answer {
        self.send(Request::get(path).header("cookie", cookie).body(Body::empty()).unwrap()).await
    }

    /// The token in the form of a page.
    pub(crate) async fn token(&self, cookie: &str, path: &str) -> String {
        let page = self.get(cookie, path).await.text();
        let at = page.find("name=\"phieu\" value=\"").unwrap_or_else(|| panic!("no form on {path}: {page}")) + 20;
        page[at..].split('"').next().unwrap().to_owned()
    }

    /// Sends a form with files, fields first.
    pub(crate) async fn upload(&self, cookie: &str, path: &str, fields: &[(&str, &str)], files: &[(&str, &[u8])]) -> Answer {
        let mut body = Vec::new();
        for (name, value) in fields {
            body.extend(format!("--bien\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").into_bytes());
        }
        for (name, bytes) in files {
            body.extend(format!("--bien\r\nContent-Disposition: form-data; name=\"tep\"; filename=\"{name}\"\r\n\r\n").into_bytes());
            body.extend_from_slice(bytes);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(b"--bien--\r\n");
        self.send(multipart(cookie, path, Body::from(body))).await
    }

    /// Sends a form without files.
    pub(crate) async fn post(&self, cookie: &str, path: &str, fields: &str) -> Answer {
        let request = Request::post(path).header("cookie", cookie).header("content-type", "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(fields.to_owned())).unwrap()).await
    }
}

pub(crate) fn multipart(cookie: &str, path: &str, body: Body) -> Request<Body> {
    Request::post(path).header("cookie", cookie).header("content-type", "multipart/form-data; boundary=bien").body(body).unwrap()
}

/// A sample file of the crate that reads files.
pub(crate) fn sample(name: &str) -> Vec<u8> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../file-reading/tests/samples").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// An installation of which nobody tells how its parts are.
struct Unwatched;

impl ConditionSource for Unwatched {
    fn conditions<'a>(&'a self, _: &'a Office, _: Lang) -> ConditionFuture<'a> {
        Box::pin(std::future::ready(Vec::new()))
    }
}
