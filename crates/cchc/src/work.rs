//! Puts workers together: every kind of job, every schedule, the way messages leave.

mod upkeep;

use std::sync::Arc;
use std::time::Duration;

use accounts::Accounts;
use collection::{Reminders, RemindersDue};
use delivery::{HookSecret, HookSettings, Hooks, MailSettings, Mailer, Network, Party, Security};
use evaluation::{CampaignReminders, CampaignRemindersDue};
use notices::{DeliverDue, Digests, HookWay, Letters, Post, Singles};
use platform::jobs::{JobKind, Schedule, WorkerSettings, Workers};
use ui::Lang;
use web::UnitTree;

use crate::output::Failure;
use crate::say;
use crate::settings::{MailSecurity, WorkArgs};

/// From which hour digests go, unless set otherwise.
const DIGEST_HOUR: u8 = 7;
/// From which hour people are reminded; before the digest, so that it holds the reminders of the day.
const REMIND_HOUR: u32 = 6;
/// From which hour what has ended is put away.
const UPKEEP_HOUR: u32 = 2;
/// How long handing over one message may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Where an installation stands: for links and for the foot of mails.
pub(crate) struct Place<'a> {
    pub(crate) public_address: &'a str,
    pub(crate) owner: Option<&'a str>,
}

/// Workers of this process.
pub(crate) fn workers(accounts: &Accounts, units: &UnitTree, args: &WorkArgs, post: Post, patience: Duration) -> Workers {
    let post = Arc::new(post);
    let kinds: Vec<Arc<dyn JobKind>> = vec![
        Arc::new(Letters::new(web::LETTER_JOB, Arc::clone(&post))),
        Arc::new(Singles(Arc::clone(&post))),
        Arc::new(Digests(post)),
        Arc::new(Reminders { units: units.clone() }),
        Arc::new(CampaignReminders { units: units.clone() }),
        Arc::new(upkeep::Upkeep { accounts: accounts.clone() }),
        // Only a demonstration queues it.
        crate::demo::evaluation_kind(accounts, units),
    ];
    let schedules: Vec<Arc<dyn Schedule>> = vec![
        Arc::new(RemindersDue { hour: REMIND_HOUR }),
        Arc::new(CampaignRemindersDue { hour: REMIND_HOUR }),
        Arc::new(DeliverDue { digest_hour: args.digest_hour.unwrap_or(DIGEST_HOUR).into() }),
        Arc::new(upkeep::UpkeepDue { hour: UPKEEP_HOUR }),
    ];
    let settings = WorkerSettings { at_once: args.workers.unwrap_or(1).into(), patience, ..WorkerSettings::default() };
    Workers::new(&accounts.db, &accounts.world, kinds, schedules, settings)
}

/// The mail server and the gateway, as the settings name them.
pub(crate) fn post(lang: Lang, args: &WorkArgs, place: &Place<'_>) -> Result<Post, Failure> {
    let authorities = match &args.message_authorities {
        Some(path) => Some(std::fs::read_to_string(path).map_err(|error| Failure::bad_input(say::unreadable(lang, path, &error)))?),
        None => None,
    };
    let refuse = |fault| Failure::bad_input(say::message_setting(lang, &fault));
    let mailer = match mail_settings(lang, args, place, authorities.clone())? {
        Some(settings) => Some(Mailer::new(settings).map_err(refuse)?),
        None => None,
    };
    let domain = args.mail_from.as_deref().and_then(|from| from.rsplit_once('@')).map_or("cchc.invalid", |(_, domain)| domain).to_owned();
    Ok(Post {
        mailer,
        hook: hook(lang, args, authorities)?,
        public_address: place.public_address.to_owned(),
        domain,
        name: place.owner.unwrap_or("Hệ thống cải cách hành chính").to_owned(),
    })
}

fn mail_settings(lang: Lang, args: &WorkArgs, place: &Place<'_>, authorities_pem: Option<String>) -> Result<Option<MailSettings>, Failure> {
    let Some(host) = &args.mail_host else { return Ok(None) };
    let Some(from) = &args.mail_from else { return Err(Failure::bad_input(say::half_a_setting(lang, "--mail-host", "--mail-from"))) };
    let (security, usual) = match args.mail_security {
        Some(MailSecurity::None) => (Security::None, 25),
        Some(MailSecurity::Tls) => (Security::Tls, 465),
        Some(MailSecurity::Starttls) | None => (Security::StartTls, 587),
    };
    Ok(Some(MailSettings {
        host: host.clone(),
        port: args.mail_port.unwrap_or(usual),
        security,
        user: args.mail_user.clone(),
        password: args.mail_password.as_ref().map(|secret| secret.0.clone()),
        from: Party { name: place.owner.map(str::to_owned), address: from.clone() },
        hello_name: None,
        timeout: PATIENCE,
        authorities_pem,
    }))
}

fn hook(lang: Lang, args: &WorkArgs, authorities_pem: Option<String>) -> Result<Option<HookWay>, Failure> {
    let Some(url) = &args.webhook_url else { return Ok(None) };
    let Some(secret) = &args.webhook_secret else {
        return Err(Failure::bad_input(say::half_a_setting(lang, "--webhook-url", "--webhook-secret")));
    };
    let refuse = |cause: String| Failure::bad_input(say::webhook_setting(lang, &cause));
    let secrets: Result<Vec<HookSecret>, _> = secret.0.split(',').map(HookSecret::parse).collect();
    let networks = args.webhook_networks.as_deref().unwrap_or_default();
    let networks: Result<Vec<Network>, _> = networks.split(',').map(str::trim).filter(|text| !text.is_empty()).map(str::parse).collect();
    let settings = HookSettings {
        allowed_networks: networks.map_err(|error| refuse(error.to_string()))?,
        plain_http: args.webhook_plain_http,
        authorities_pem,
        ..HookSettings::default()
    };
    let hooks = Hooks::new(&settings).map_err(|fault| Failure::bad_input(say::message_setting(lang, &fault)))?;
    hooks.check_address(&url.0).map_err(|fault| refuse(fault.to_string()))?;
    Ok(Some(HookWay { hooks, url: url.0.clone(), secrets: secrets.map_err(|error| refuse(error.to_string()))? }))
}
