//! Signals of the system, the certificate that is read again, and word to the service manager.

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use serving::Certificates;
use serving::certificate::{CertificateError, Reloaded, Standing};
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};

use crate::commands::now;

/// How often the files of the certificate are read again.
const LOOK: Duration = Duration::from_secs(30);
/// After how many looks a certificate near its end is called to attention again: twice a day.
const REMIND: u32 = 1440;

/// Listens for signals from its making on.
pub(crate) struct Signals(watch::Receiver<Wish>);

/// What the signals so far ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Wish {
    Serve,
    Stop,
    StopAtOnce,
}

impl Signals {
    /// Starts to listen: Ctrl+C and SIGTERM stop, a second one stops at once, SIGHUP reads the certificate again.
    pub(crate) fn listen(certificates: Option<Arc<Certificates>>) -> io::Result<Self> {
        let (stop, stopped) = watch::channel(Wish::Serve);
        let hangup = Hangup::new()?;
        let mut ending = Ending::new()?;
        tokio::spawn(async move {
            tokio::select! {
                () = ending.comes() => {}
                () = keep(certificates, hangup) => {}
            }
            stop.send_replace(Wish::Stop);
            ending.comes().await;
            stop.send_replace(Wish::StopAtOnce);
        });
        Ok(Self(stopped))
    }

    /// Ends when the program is to stop.
    pub(crate) fn stopped(&self) -> impl Future<Output = ()> + Send + use<> {
        self.wished(Wish::Stop)
    }

    /// Ends when the program is to stop without waiting for open requests.
    pub(crate) fn stopped_at_once(&self) -> impl Future<Output = ()> + Send + use<> {
        self.wished(Wish::StopAtOnce)
    }

    fn wished(&self, wish: Wish) -> impl Future<Output = ()> + Send + use<> {
        let mut wished = self.0.clone();
        async move { drop(wished.wait_for(|said| *said >= wish).await) }
    }
}

#[cfg(unix)]
struct Ending(tokio::signal::unix::Signal, tokio::signal::unix::Signal);
#[cfg(unix)]
struct Hangup(tokio::signal::unix::Signal);

#[cfg(unix)]
impl Ending {
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self(signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?))
    }

    async fn comes(&mut self) {
        tokio::select! {
            _ = self.0.recv() => {}
            _ = self.1.recv() => {}
        }
    }
}

#[cfg(unix)]
impl Hangup {
    fn new() -> io::Result<Self> {
        tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup()).map(Self)
    }

    async fn comes(&mut self) {
        self.0.recv().await;
    }
}

#[cfg(not(unix))]
struct Ending;
#[cfg(not(unix))]
struct Hangup;

#[cfg(not(unix))]
impl Ending {
    fn new() -> io::Result<Self> {
        Ok(Self)
    }

    async fn comes(&mut self) {
        // Where the system gives no word of Ctrl+C, the program runs until it is ended.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(not(unix))]
impl Hangup {
    fn new() -> io::Result<Self> {
        Ok(Self)
    }

    async fn comes(&mut self) {
        std::future::pending().await
    }
}

/// Keeps the certificate fresh; never ends.
async fn keep(certificates: Option<Arc<Certificates>>, mut hangup: Hangup) {
    let Some(certificates) = certificates else {
        loop {
            hangup.comes().await;
            tracing::info!("SIGHUP: there is no certificate to read again");
        }
    };
    remind(&certificates);
    let mut looks = interval(LOOK);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut fault = None;
    let mut since = 0;
    loop {
        let asked = tokio::select! {
            () = hangup.comes() => true,
            _ = looks.tick() => false,
        };
        fault = reload(&certificates, asked, fault).await;
        since += 1;
        if since == REMIND {
            since = 0;
            remind(&certificates);
        }
    }
}

/// Reads the files again; a fault is told once until it changes. Gives the fault.
async fn reload(certificates: &Arc<Certificates>, asked: bool, before: Option<String>) -> Option<String> {
    let reading = Arc::clone(certificates);
    let outcome = tokio::task::spawn_blocking(move || reading.reload()).await;
    match outcome {
        Ok(Ok(Reloaded::Changed)) => {
            tracing::info!(until = %certificates.validity().until, "the new certificate is in use");
            remind(certificates);
            None
        }
        Ok(Ok(Reloaded::Same)) => {
            if asked {
                tracing::info!("SIGHUP: the certificate is as it was");
            }
            None
        }
        Ok(Err(error)) => {
            let fault = describe(&error);
            if asked || before.as_ref() != Some(&fault) {
                tracing::error!(fault, "the certificate cannot be read again; the one in use stays");
            }
            Some(fault)
        }
        Err(_) => before,
    }
}

fn describe(error: &CertificateError) -> String {
    let cause = std::error::Error::source(error).map(|cause| format!(": {cause}")).unwrap_or_default();
    format!("{error}{cause}")
}

fn remind(certificates: &Certificates) {
    let until = certificates.validity().until;
    match certificates.standing(now()) {
        Standing::Fine => {}
        Standing::EndsSoon => tracing::warn!(%until, "the certificate ends soon"),
        Standing::Expired => tracing::error!(%until, "the certificate is out of date; browsers refuse it"),
        Standing::NotYet => tracing::error!(from = %certificates.validity().from, "the certificate is not valid yet; browsers refuse it"),
    }
}

/// Tells the service manager how it stands (`sd_notify(3)`), if one asked for it by `NOTIFY_SOCKET`.
#[cfg(target_os = "linux")]
pub(crate) fn notify(state: &str) {
    use std::os::linux::net::SocketAddrExt as _;
    use std::os::unix::ffi::OsStrExt as _;
    use std::os::unix::net::{SocketAddr, UnixDatagram};

    let Some(name) = std::env::var_os("NOTIFY_SOCKET") else { return };
    let address = match name.as_bytes().strip_prefix(b"@") {
        Some(name) => SocketAddr::from_abstract_name(name),
        None => SocketAddr::from_pathname(&name),
    };
    let sent = address.and_then(|address| UnixDatagram::unbound()?.send_to_addr(state.as_bytes(), &address));
    if let Err(error) = sent {
        tracing::warn!(%error, "the service manager could not be told");
    }
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn notify(_: &str) {}
