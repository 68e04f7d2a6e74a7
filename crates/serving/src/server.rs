//! Connections: accepted up to a limit, over TLS where there is a certificate, cut off when they are too slow, and finished at the end.

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::header::EXPECT;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls;

use crate::certificate::Certificates;
use crate::frame::Frame;
use crate::metrics::HttpMeasures;
use crate::network::{Networks, subscriber};
use crate::slow::{Draining, Pace, Paced};
use crate::visitor::Peer;

/// Pause after the system refused a connection, mostly since too many files are open.
const BREATH: Duration = Duration::from_millis(100);
/// Connections that the system holds until they are accepted. Of more at the same moment it drops some, and those come again a whole second
/// later; a system may hold fewer (`net.core.somaxconn` of Linux).
const QUEUE: u32 = 4096;
/// The most a request's line and headers may take, in bytes.
const HEAD: usize = 64 << 10;

/// Limits of connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServerLimits {
    /// Open connections; further ones wait in the queue of the system.
    pub connections: usize,
    /// Open connections of one address (of IPv6: one /64); trusted proxies have no such limit.
    pub connections_per_address: usize,
    /// Time for the TLS handshake.
    pub handshake: Duration,
    /// Time for line and headers of a request, counted from the end of the one before.
    pub head: Duration,
    /// The longest silence inside of a body.
    pub body: Duration,
    /// The least speed of a body as a whole, in bytes a second.
    pub body_rate: u64,
    /// How much of a body that no handler wants is read all the same, so that the client gets the answer; in bytes.
    pub unwanted: u64,
    /// The longest time in which a client takes nothing of its answer.
    pub answer: Duration,
    /// Time for open requests once the server is to stop; then they are cut.
    pub stop: Duration,
}

impl Default for ServerLimits {
    fn default() -> Self {
        Self {
            connections: 4096,
            connections_per_address: 1024,
            handshake: Duration::from_secs(10),
            head: Duration::from_secs(30),
            body: Duration::from_secs(30),
            body_rate: 1024,
            unwanted: 128 << 20,
            answer: Duration::from_secs(60),
            stop: Duration::from_secs(30),
        }
    }
}

/// How serving ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stopped {
    /// Connections that were cut since their requests did not end in time.
    pub cut: usize,
}

/// Listens at an address, with a queue long enough for a thousand people who come back at the same moment.
///
/// # Errors
/// What the system says: the address is in use, or not of this machine, or not allowed.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // A program that starts again takes its address back, though connections of the one before are still closing.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(QUEUE)
}

/// A listener with its application.
pub struct Server {
    listener: TcpListener,
    application: Router,
    tls: Option<TlsAcceptor>,
    limits: ServerLimits,
    proxies: Networks,
    measures: HttpMeasures,
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (listener, tls, limits) = (&self.listener, self.tls.is_some(), &self.limits);
        f.debug_struct("Server").field("listener", listener).field("tls", &tls).field("limits", limits).finish_non_exhaustive()
    }
}

/// What all connections of a server share.
struct Shared {
    application: Router,
    tls: Option<TlsAcceptor>,
    limits: ServerLimits,
    proxies: Networks,
    measures: HttpMeasures,
    by_address: Mutex<BTreeMap<IpAddr, usize>>,
}

impl Server {
    /// Serves an application over HTTP/1.1; `frame` is the one around the application.
    #[must_use]
    pub fn new(listener: TcpListener, application: Router, frame: &Frame, limits: ServerLimits) -> Self {
        let (proxies, measures) = (frame.proxies().trusted.clone(), frame.measures().clone());
        Self { listener, application, tls: None, limits, proxies, measures }
    }

    /// Speaks TLS with this certificate, and nothing else.
    ///
    /// # Errors
    /// When TLS refuses the configuration, which is a fault of the program.
    pub fn with_certificates(mut self, certificates: &Certificates) -> Result<Self, rustls::Error> {
        self.tls = Some(TlsAcceptor::from(certificates.tls()?));
        Ok(self)
    }

    /// Serves until `stop` ends, then finishes open requests within the limit and cuts the rest.
    pub async fn run(self, stop: impl Future<Output = ()>) -> Stopped {
        let Self { listener, application, tls, limits, proxies, measures } = self;
        let slots = Arc::new(Semaphore::new(limits.connections));
        let shared = Arc::new(Shared { application, tls, limits, proxies, measures, by_address: Mutex::default() });
        let (closing, closed) = watch::channel(false);
        let mut open = JoinSet::new();
        let mut stop = pin!(stop);
        loop {
            while open.try_join_next().is_some() {}
            let next = async {
                let slot = Arc::clone(&slots).acquire_owned().await;
                (slot, listener.accept().await)
            };
            let (slot, accepted) = tokio::select! {
                biased;
                () = &mut stop => break,
                next = next => next,
            };
            match accepted {
                Ok((stream, address)) => {
                    let (shared, closed) = (Arc::clone(&shared), closed.clone());
                    open.spawn(async move {
                        connection(&shared, stream, address, closed).await;
                        drop(slot);
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    sleep(BREATH).await;
                }
            }
        }
        // Whoever connects from here on is told by the system at once.
        drop(listener);
        closing.send_replace(true);
        let ended = timeout(limits.stop, async { while open.join_next().await.is_some() {} }).await;
        let cut = if ended.is_ok() { 0 } else { open.len() };
        open.shutdown().await;
        Stopped { cut }
    }
}

/// The place of a connection among those of its address; given back when dropped.
struct Place<'a> {
    shared: &'a Shared,
    address: Option<IpAddr>,
}

impl<'a> Place<'a> {
    fn take(shared: &'a Shared, address: IpAddr) -> Option<Self> {
        let address = (!shared.proxies.contains(address)).then(|| subscriber(address));
        if let Some(address) = address {
            let mut counts = shared.by_address.lock().unwrap_or_else(PoisonError::into_inner);
            let count = counts.entry(address).or_default();
            if *count >= shared.limits.connections_per_address {
                return None;
            }
            *count += 1;
        }
        shared.measures.connections.add(1.0);
        Some(Self { shared, address })
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.shared.measures.connections.add(-1.0);
        let Some(address) = self.address else { return };
        let mut counts = self.shared.by_address.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&address) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&address);
            }
        }
    }
}

async fn connection(shared: &Shared, stream: TcpStream, address: SocketAddr, closed: watch::Receiver<bool>) {
    let Some(_place) = Place::take(shared, address.ip()) else {
        shared.measures.connections_refused.add(1);
        return;
    };
    // Without it small answers wait for the client's acknowledgement; where it is refused they only come later.
    let _ = stream.set_nodelay(true);
    let Some(tls) = &shared.tls else {
        return converse(shared, stream, Peer { address, tls: false }, closed).await;
    };
    match timeout(shared.limits.handshake, tls.accept(stream)).await {
        Ok(Ok(stream)) => converse(shared, stream, Peer { address, tls: true }, closed).await,
        outcome => {
            shared.measures.handshakes_failed.add(1);
            let error =
                outcome.map_or(io::ErrorKind::TimedOut.into(), |failed| failed.err().unwrap_or_else(|| io::ErrorKind::Other.into()));
            tracing::debug!(%error, "TLS did not come about");
        }
    }
}

async fn converse<S>(shared: &Shared, stream: S, peer: Peer, mut closed: watch::Receiver<bool>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let limits = shared.limits;
    let slow = |stage| shared.measures.slow.with(&[stage]);
    let slow_body = slow("body");
    let pace = move |request: &hyper::Request<Incoming>| Pace {
        patience: limits.body,
        least: limits.body_rate,
        // Whoever waits for leave to send sends nothing that has to be read.
        unwanted: if request.headers().contains_key(EXPECT) { 0 } else { limits.unwanted },
        slow: slow_body.clone(),
    };
    let application = TowerToHyperService::new(shared.application.clone());
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let pace = pace(&request);
        let mut request = request.map(|body| Body::new(Paced::new(body, pace)));
        request.extensions_mut().insert(peer);
        application.call(request)
    });
    let stream = TokioIo::new(Draining::new(stream, limits.answer, slow("answer")));
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(limits.head).max_buf_size(HEAD);
    let mut connection = pin!(http.serve_connection(stream, service));
    let closing = async { drop(closed.wait_for(|closed| *closed).await) };
    let ended = tokio::select! {
        ended = &mut connection => Some(ended),
        () = closing => None,
    };
    let ended = match ended {
        Some(ended) => ended,
        None => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        if error.is_timeout() {
            slow("head").add(1);
        }
        tracing::debug!(%error, "a connection ended early");
    }
}
