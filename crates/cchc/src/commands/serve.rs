//! `cchc serve`: prepares the installation, serves pages, stops cleanly.

mod house;
pub(super) mod signals;
mod upkeep;
mod watching;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use portal::{Portal, Site};
use registry::results::ResultsKeeper;
use serving::certificate::CertificateFiles;
use serving::{Certificates, Server};
use tokio::net::TcpListener;
use ui::Lang;

use crate::commands::{backup, backups, today};
use crate::conditions::Conditions;
use crate::output::{Failure, print};
use crate::settings::{Common, NetworkArgs, ServeArgs};
use crate::work::{self, Place};
use crate::{demo, office, people, say};
use web::App;

const DEFAULT_LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8080);

pub(crate) async fn run(common: &Common, args: &ServeArgs) -> Result<(), Failure> {
    let lang = common.lang();
    start_log(common, &args.network)?;
    let plan = args.schedule.plan(args.sealing.sealing(lang)?);
    let certificates = certificates(lang, &args.network)?.map(Arc::new);
    // The ports first: a second start by mistake must not touch the first one's database.
    let (listener, address) = listen(lang, args.listen.unwrap_or(DEFAULT_LISTEN), "--listen")?;
    let apart = match args.network.metrics_listen {
        Some(address) => Some(listen(lang, address, "--metrics-listen")?),
        None => None,
    };
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
    let scheme = if certificates.is_some() { "https" } else { "http" };
    let public_address = args.public_address.clone().unwrap_or_else(|| format!("{scheme}://{address}"));
    let conditions = Conditions { files: files.clone(), backups: plan.clone(), certificates: certificates.clone(), kept: Mutex::default() };
    let public_address = public_address.trim_end_matches('/').to_owned();
    let office = office::office(lang, &db, files.clone(), args, common.security.clone(), public_address, Arc::new(conditions))?;
    let place = Place { public_address: &office.public_address, owner: office.owner.as_deref() };
    let limits = house::limits(&args.network);
    let post = work::post(lang, &args.work, &place)?;
    let workers = work::workers(&office.accounts, &office.units, &args.work, post, limits.stop);
    let gauges = workers.gauges();
    let parts = house::Parts { db: &db, files: &files, certificates: certificates.as_ref(), jobs: &gauges, backups: plan.as_ref() };
    let house = house::House::new(lang, &args.network, &parts).map_err(|error| Failure::failed(error.to_string()))?;
    let begun = begin(lang, &office).await?;
    let working = office::router(&office);
    let application = house.application(|guard| Portal::new(site).router_guarded(|routes| guard.around(routes.merge(working))));
    let mut server = Server::new(listener, application, &house.frame, limits);
    if let Some(certificates) = &certificates {
        server = server.with_certificates(certificates).map_err(|error| Failure::failed(error.to_string()))?;
    }
    // Before the address is told: who reads it may send a signal at once.
    let signals = signals::Signals::listen(certificates.clone()).map_err(|error| Failure::failed(say::runtime(lang, &error)))?;
    print(
        lang,
        &lang.pick(
            format!("Mở trình duyệt tại {scheme}://{address}/ (dừng: Ctrl+C)\n"),
            format!("Open {scheme}://{address}/ in a browser (stop: Ctrl+C)\n"),
        ),
    )?;
    if !begun.shut_out.is_empty() {
        print(lang, &say::made_up_people(lang, &begun.shut_out))?;
    }
    if let Some(link) = begun.first_link {
        print(
            lang,
            &lang.pick(
                format!("Người quản trị đầu tiên đặt mật khẩu tại (dùng một lần): {}/lien-ket/{link}\n", office.public_address),
                format!("The first administrator sets a password at (works once): {}/lien-ket/{link}\n", office.public_address),
            ),
        )?;
    }
    if let Some((_, address)) = &apart {
        print(lang, &lang.pick(format!("Số đo: http://{address}/metrics\n"), format!("Measurements: http://{address}/metrics\n")))?;
    }
    signals::notify("READY=1");
    let watched = apart.map(|(listener, _)| {
        let server = Server::new(listener, house.monitor.routes_apart(), &house.frame, limits);
        tokio::spawn(server.run(signals.stopped()))
    });
    let backups = plan.map(|plan| backups::start(lang, backup::source(&db, Some(files)), plan));
    let upkeep = upkeep::start(db.clone(), office.evidence.clone());
    let worked = tokio::spawn(workers.run(signals.stopped()));
    let readiness = Arc::clone(&house.readiness);
    let stop = signals.stopped();
    let serving = server.run(async move {
        stop.await;
        readiness.stop();
        signals::notify("STOPPING=1");
    });
    tokio::select! {
        stopped = serving => {
            if stopped.cut > 0 {
                tracing::warn!(cut = stopped.cut, "open requests did not end in time and were cut");
            }
        }
        () = signals.stopped_at_once() => tracing::warn!("a second signal: open requests were cut"),
    }
    drop(upkeep);
    if let Some(backups) = backups {
        backups.stop().await;
    }
    if let Some(watched) = watched {
        watched.abort();
    }
    // Jobs at work were told to end when the server was.
    if let Err(error) = worked.await {
        tracing::error!(%error, "the workers ended before their time");
    }
    db.close().await;
    print(lang, lang.pick("Đã dừng.\n", "Stopped.\n"))
}

/// Who there is when the server starts.
#[derive(Default)]
struct Begun {
    /// The secret of the first administrator's link, as long as nobody has used it.
    first_link: Option<String>,
    /// Made-up people of a demonstration that this is not; they are shut out.
    shut_out: Vec<String>,
}

/// The people that an installation begins with.
async fn begin(lang: Lang, office: &App) -> Result<Begun, Failure> {
    let db_fault = |error| Failure::failed(say::db(lang, &error));
    let account_fault = |error| Failure::failed(say::account(lang, &error));
    office.units.refresh(&office.db, office.world.now()).await.map_err(db_fault)?;
    if !office.demo {
        let shut_out = accounts::shut_out_made_up(&office.accounts).await.map_err(db_fault)?;
        if !shut_out.logins.is_empty() {
            let (accounts, sessions) = (shut_out.logins.len(), shut_out.sessions);
            tracing::warn!(
                accounts,
                sessions,
                "made-up people of a demonstration are in the database; without --demo none of them may sign in"
            );
        }
        let first_link = people::first_link(&office.accounts).await.map_err(account_fault)?;
        return Ok(Begun { first_link, shut_out: shut_out.logins });
    }
    people::demo_people(&office.accounts).await.map_err(account_fault)?;
    demo::collection(&office.accounts, &office.units).await.map_err(|error| Failure::failed(format!("{error}")))?;
    demo::queue_evaluation(&office.db, &office.world).await.map_err(db_fault)?;
    Ok(Begun::default())
}

fn listen(lang: Lang, address: SocketAddr, flag: &str) -> Result<(TcpListener, SocketAddr), Failure> {
    let listener = serving::listen(address).map_err(|error| Failure::failed(say::listen(lang, address, flag, &error)))?;
    let address = listener.local_addr().unwrap_or(address);
    Ok((listener, address))
}

fn certificates(lang: Lang, network: &NetworkArgs) -> Result<Option<Certificates>, Failure> {
    match (&network.tls_certificate, &network.tls_key) {
        (None, None) => Ok(None),
        (Some(chain), Some(key)) => {
            let files = CertificateFiles { chain: chain.clone(), key: key.clone() };
            Certificates::read(files).map(Some).map_err(|error| Failure::failed(say::certificate(lang, &error)))
        }
        (Some(_), None) => Err(Failure::bad_input(say::half_a_certificate(lang, "--tls-key"))),
        (None, Some(_)) => Err(Failure::bad_input(say::half_a_certificate(lang, "--tls-certificate"))),
    }
}

pub(super) fn start_log(common: &Common, network: &NetworkArgs) -> Result<(), Failure> {
    let level = common.log.as_deref().unwrap_or("info,sqlx=warn");
    let lines = serving::logs::subscriber(network.log_format(), level, std::io::stderr)
        .map_err(|error| Failure::bad_input(say::log_level(common.lang(), level, &error.to_string())))?;
    // A second log cannot be: this is called once, at the start of the one command that runs.
    let _ = tracing::subscriber::set_global_default(lines);
    Ok(())
}
