//! `cchc serve`: prepares the installation, serves pages, stops cleanly.

use std::net::SocketAddr;

use portal::{Portal, Site};
use registry::results::ResultsKeeper;
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

use crate::commands::{backup, backups, today};
use crate::output::{Failure, print};
use crate::say;
use crate::settings::{Common, ServeArgs};

const DEFAULT_LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8080);

pub(crate) async fn run(common: &Common, args: &ServeArgs) -> Result<(), Failure> {
    let lang = common.lang();
    start_log(common);
    let plan = args.schedule.plan(args.sealing.sealing(lang)?);
    let address = args.listen.unwrap_or(DEFAULT_LISTEN);
    // The port first: a second start by mistake must not touch the first one's database.
    let listener = TcpListener::bind(address).await.map_err(|error| Failure::failed(say::listen(lang, address, &error)))?;
    let address = listener.local_addr().unwrap_or(address);
    let db = common.open(args.demo).await?;
    let definitions = common.definitions(args.demo)?;
    let files = common.file_store(args.demo).await?;
    let site = Site {
        db: db.clone(),
        results: ResultsKeeper::new(db.clone(), definitions),
        today: Box::new(today),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        owner: args.owner.clone(),
        demo: args.demo,
        dev: args.dev,
    };
    let router = Portal::new(site).router();
    print(
        lang,
        &lang.pick(
            format!("Mở trình duyệt tại http://{address}/ (dừng: Ctrl+C)\n"),
            format!("Open http://{address}/ in a browser (stop: Ctrl+C)\n"),
        ),
    )?;
    let backups = plan.map(|plan| backups::start(lang, backup::source(&db, Some(files)), plan));
    let served = axum::serve(listener, router).with_graceful_shutdown(stop_signal()).await;
    if let Some(backups) = backups {
        backups.stop().await;
    }
    db.close().await;
    served.map_err(|error| Failure::failed(format!("{error}")))?;
    print(lang, lang.pick("Đã dừng.\n", "Stopped.\n"))
}

fn start_log(common: &Common) {
    let level = common.log.as_deref().unwrap_or("info,sqlx=warn");
    let filter = EnvFilter::try_new(level).unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
}

/// Ends at Ctrl+C or SIGTERM.
async fn stop_signal() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        let Ok(mut terminate) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) else {
            let _ = interrupt.await;
            return;
        };
        tokio::select! {
            _ = interrupt => {}
            _ = terminate.recv() => {}
        }
    }
    #[cfg(not(unix))]
    {
        let _ = interrupt.await;
    }
}
