//! A small application with its server, and a client.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path as PathPart};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use serving::guard::GuardLimits;
use serving::{
    CertificateFiles, Certificates, ClientAddress, Frame, Guard, Monitor, Networks, Proxies, Readiness, Refusal, Registry, RequestId,
    Scheme, SecurityHeaders, Server, ServerLimits, Stopped,
};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;

/// How long a test waits for what must come; only a fault reaches it.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// What differs between the houses of the tests.
pub(crate) struct Plan {
    pub(crate) proxies: Proxies,
    pub(crate) guard: GuardLimits,
    pub(crate) limits: ServerLimits,
    pub(crate) readiness: Readiness,
    pub(crate) watchers: Networks,
    pub(crate) certificates: Option<Arc<Certificates>>,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            proxies: Proxies::default(),
            guard: GuardLimits { sign_in_paths: vec!["/dang-nhap".to_owned()], ..GuardLimits::default() },
            limits: ServerLimits::default(),
            readiness: Readiness::new(),
            watchers: Networks::none(),
            certificates: None,
        }
    }
}

/// A running server.
pub(crate) struct House {
    pub(crate) address: SocketAddr,
    pub(crate) registry: Registry,
    /// Lets the answer of `/cham` go.
    pub(crate) go: Arc<Notify>,
    /// Told when a request has reached `/cham`.
    pub(crate) arrived: Arc<Notify>,
    stop: Option<oneshot::Sender<()>>,
    ended: JoinHandle<Stopped>,
}

pub(crate) fn networks(text: &str) -> Networks {
    text.parse().expect("networks")
}

/// A proxy at the loopback address that is believed.
pub(crate) fn behind_proxy() -> Plan {
    Plan { proxies: Proxies { trusted: networks("127.0.0.1"), ..Proxies::default() }, ..Plan::default() }
}

async fn who(id: RequestId, client: ClientAddress, scheme: axum::Extension<Scheme>) -> String {
    format!("{id} {} {:?}", client.0, scheme.0)
}

fn routes(go: &Arc<Notify>, arrived: &Arc<Notify>) -> Router {
    let (go, arrived) = (Arc::clone(go), Arc::clone(arrived));
    let slow = move || async move {
        arrived.notify_one();
        go.notified().await;
        "xong"
    };
    Router::new()
        .route("/", get(|| async { "chào" }).post(|| async { "nhận" }))
        .route("/ai", get(who))
        .route("/ho-so/{ten}", get(|PathPart(name): PathPart<String>| async move { name }))
        .route("/cham", get(slow))
        .route("/lon", get(|| async { vec![b'x'; 64 << 20] }))
        .route("/hong", get(|| async { StatusCode::INTERNAL_SERVER_ERROR }))
        .route("/dang-nhap", get(|| async { "biểu mẫu" }).post(|| async { "đã vào" }))
        .route("/nho", post(|body: Bytes| async move { body.len().to_string() }))
        .route("/tai-len", post(|body: Bytes| async move { body.len().to_string() }).layer(DefaultBodyLimit::max(8 << 20)))
        .fallback(|| async { StatusCode::NOT_FOUND })
}

/// An application's error pages: words for what carries a refusal.
async fn error_pages(request: axum::extract::Request, next: axum::middleware::Next) -> Response {
    let response = next.run(request).await;
    let Some(refusal) = response.extensions().get::<Refusal>().copied() else { return response };
    let (parts, _) = response.into_parts();
    let words = match refusal {
        Refusal::RateLimited { .. } => "quá nhiều yêu cầu",
        Refusal::OtherSite => "biểu mẫu từ trang khác",
        Refusal::TooLarge { .. } => "tệp quá lớn",
    };
    Response::from_parts(parts, words.into())
}

impl House {
    pub(crate) async fn open(plan: Plan) -> Self {
        let registry = Registry::default();
        let seed = AtomicU64::new(1);
        let ids = Box::new(move || u128::from(seed.fetch_add(1, Ordering::Relaxed)).to_be_bytes());
        let headers = SecurityHeaders::new("default-src 'self'").expect("a policy");
        let frame = Frame::new(plan.proxies, headers, ids, &registry).expect("a first frame");
        let frame = Arc::new(frame.quiet(&[serving::monitor::LIVE]));
        let guard = Guard::new(plan.guard, &frame, |refusal| refusal.into_response());
        let (go, arrived) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let monitor = Monitor::new(registry.clone(), Arc::new(plan.readiness), plan.watchers).expect("a first monitor");
        let application = guard.around(routes(&go, &arrived)).layer(axum::middleware::from_fn(error_pages)).merge(monitor.routes());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let mut server = Server::new(listener, frame.around(application), &frame, plan.limits);
        if let Some(certificates) = &plan.certificates {
            server = server.with_certificates(certificates).expect("TLS");
        }
        let (stop, stopped) = oneshot::channel();
        let ended = tokio::spawn(server.run(async {
            let _ = stopped.await;
        }));
        Self { address, registry, go, arrived, stop: Some(stop), ended }
    }

    pub(crate) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.expect("the server listens")
    }

    /// One request on a connection of its own.
    pub(crate) async fn ask(&self, head: &str) -> Answer {
        self.send(&format!("{head}\r\nHost: cchc.test\r\nConnection: close\r\n\r\n")).await
    }

    /// The bytes as they are, on a connection of their own.
    pub(crate) async fn send(&self, bytes: &str) -> Answer {
        let mut stream = self.connect().await;
        stream.write_all(bytes.as_bytes()).await.expect("sent");
        Answer::read(stream).await
    }

    /// Asks the server to stop, without waiting.
    pub(crate) fn stop(&mut self) {
        self.stop.take().expect("was not stopped yet").send(()).expect("the server runs");
    }

    /// Waits for the end.
    pub(crate) async fn ended(self) -> Stopped {
        tokio::time::timeout(PATIENCE, self.ended).await.expect("the server ends").expect("without a fault")
    }

    /// The value of a series, written as in the text format.
    pub(crate) fn measure(&self, series: &str) -> Option<f64> {
        let text = self.registry.text();
        text.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' ')?.parse().ok())
    }

    /// Waits until a series has a value.
    pub(crate) async fn until(&self, series: &str, value: f64) {
        let reached = async {
            while self.measure(series).is_none_or(|found| (found - value).abs() > f64::EPSILON) {
                tokio::task::yield_now().await;
            }
        };
        let outcome = tokio::time::timeout(PATIENCE, reached).await;
        assert!(outcome.is_ok(), "{series} never became {value}:\n{}", self.registry.text());
    }
}

/// An answer, read to the end of its connection.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) async fn read(mut stream: impl AsyncRead + AsyncWrite + Unpin) -> Self {
        let mut bytes = Vec::new();
        // A server that closes before it has read everything resets the connection; what it said before still counts.
        let _ = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut bytes)).await.expect("an end");
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no head in {text:?}"));
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).expect("a status");
        Self { status, head: head.to_ascii_lowercase(), body: body.to_owned() }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }
}

/// A certificate authority of the tests, with a server's certificate in a folder.
pub(crate) struct Authority {
    issuer: rcgen::CertifiedIssuer<'static, rcgen::KeyPair>,
    folder: tempfile::TempDir,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let mut root = rcgen::CertificateParams::new(Vec::new()).expect("parameters");
        root.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        root.distinguished_name.push(rcgen::DnType::CommonName, "Gốc dùng để thử");
        let key = rcgen::KeyPair::generate().expect("a key");
        let issuer = rcgen::CertifiedIssuer::self_signed(root, key).expect("a root");
        Self { issuer, folder: tempfile::tempdir().expect("a folder") }
    }

    pub(crate) fn root(&self) -> &[u8] {
        self.issuer.der()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes certificate and key of `localhost` with this serial number, valid from year to year.
    pub(crate) fn issue(&self, name: &str, serial: u64, from: i32, until: i32) -> CertificateFiles {
        let mut parameters = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).expect("parameters");
        parameters.serial_number = Some(serial.into());
        parameters.not_before = rcgen::date_time_ymd(from, 1, 1);
        parameters.not_after = rcgen::date_time_ymd(until, 1, 1);
        let key = rcgen::KeyPair::generate().expect("a key");
        let certificate = parameters.signed_by(&key, &self.issuer).expect("a certificate");
        let files = CertificateFiles { chain: self.path(&format!("{name}.crt")), key: self.path(&format!("{name}.key")) };
        write(&files.chain, &certificate.pem());
        write(&files.key, &key.serialize_pem());
        files
    }
}

pub(crate) fn write(path: &Path, text: &str) {
    std::fs::write(path, text).expect("written");
}
