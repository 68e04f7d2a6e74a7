//! The database goes away while the portal runs, and comes back.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::http::StatusCode;
use platform::Db;
use test_support::fresh_postgres;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::site::{ask, fill, router_over};

/// A line to PostgreSQL that can be cut and mended.
struct Line {
    port: u16,
    whole: Arc<AtomicBool>,
    cut: watch::Sender<u64>,
}

impl Line {
    async fn to(server: (String, u16)) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let whole = Arc::new(AtomicBool::new(true));
        let (cut, seen) = watch::channel(0);
        let open = Arc::clone(&whole);
        tokio::spawn(async move {
            while let Ok((mut client, _)) = listener.accept().await {
                if !open.load(Ordering::SeqCst) {
                    continue;
                }
                let (server, mut seen) = (server.clone(), seen.clone());
                seen.mark_unchanged();
                tokio::spawn(async move {
                    if let Ok(mut target) = TcpStream::connect((server.0.as_str(), server.1)).await {
                        tokio::select! {
                            _ = copy_bidirectional(&mut client, &mut target) => {}
                            _ = seen.changed() => {}
                        }
                    }
                });
            }
        });
        Self { port, whole, cut }
    }

    fn break_it(&self) {
        self.whole.store(false, Ordering::SeqCst);
        self.cut.send_modify(|count| *count += 1);
    }

    fn mend(&self) {
        self.whole.store(true, Ordering::SeqCst);
    }
}

/// Host and port of a database address, and the address with another port.
fn through(url: &str, port: u16) -> String {
    let (head, rest) = url.rsplit_once('@').expect("user and host");
    let (_, name) = rest.split_once('/').expect("a database name");
    format!("{head}@127.0.0.1:{port}/{name}")
}

fn server_of(url: &str) -> (String, u16) {
    let (_, rest) = url.rsplit_once('@').expect("user and host");
    let (server, _) = rest.split_once('/').expect("a database name");
    let (host, port) = server.rsplit_once(':').expect("host and port");
    (host.to_owned(), port.parse().expect("a port"))
}

#[tokio::test(flavor = "multi_thread")]
async fn postgresql_goes_and_comes_back_while_pages_are_read() {
    let database = fresh_postgres().await;
    let line = Line::to(server_of(database.url())).await;
    let db = Db::open_address(&through(database.url(), line.port)).await.expect("a database");
    fill(&db).await;
    let router = router_over(db);
    assert_eq!(ask(&router, "GET", "/xep-hang/pci/2018", &[]).await.status, StatusCode::OK);
    line.break_it();
    let gone = ask(&router, "GET", "/xep-hang/pci/2018", &[]).await;
    assert_eq!(gone.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(gone.header("retry-after"), "60");
    assert!(gone.text().contains("Tạm thời chưa phục vụ được") && gone.text().contains("Không có dữ liệu nào đã lưu bị mất"));
    let english = ask(&router, "GET", "/en/don-vi", &[]).await;
    assert!(english.status == StatusCode::SERVICE_UNAVAILABLE && english.text().contains("Temporarily unavailable"));
    let api = ask(&router, "GET", "/api/v1/indices", &[]).await;
    assert!(api.status == StatusCode::SERVICE_UNAVAILABLE && api.text().contains("try-later"));
    assert_eq!(ask(&router, "GET", "/tro-giup", &[]).await.status, StatusCode::OK, "pages without data go on");
    line.mend();
    assert_eq!(ask(&router, "GET", "/xep-hang/pci/2018", &[]).await.status, StatusCode::OK, "back again without a restart");
}
