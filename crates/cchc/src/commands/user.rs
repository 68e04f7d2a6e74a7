//! `cchc user`: accounts from the command line, for the first day and for emergencies.

use std::fmt::Write as _;

use accounts::people::{self, NewGrant, Person};
use accounts::policy::Role;
use accounts::{AccountError, Accounts, Actor, Reach, account_by_login, accounts as all_accounts, grants_of};
use clap::Subcommand;
use ui::Lang;

use crate::office;
use crate::output::{Failure, print};
use crate::say;
use crate::settings::Common;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Thêm người dùng và in liên kết đăng nhập lần đầu
    Add {
        /// Tên đăng nhập
        login: String,
        /// Họ và tên
        #[arg(long)]
        name: String,
        /// Khóa của đơn vị công tác, ví dụ 01-ha-noi (xem: cchc units search)
        #[arg(long, value_name = "UNIT")]
        unit: String,
        /// Thư điện tử
        #[arg(long)]
        email: Option<String>,
        /// Vai trò tại đơn vị đó, ví dụ administrator, unit-officer
        #[arg(long, value_parser = role)]
        role: Option<Role>,
        /// Vai trò có hiệu lực cả với các đơn vị cấp dưới
        #[arg(long)]
        subtree: bool,
    },
    /// In liên kết đặt mật khẩu mới cho một người
    Reset {
        /// Tên đăng nhập
        login: String,
    },
    /// Khóa một tài khoản và kết thúc mọi phiên làm việc của nó
    Disable {
        /// Tên đăng nhập
        login: String,
        /// Lý do, ghi vào nhật ký
        #[arg(long)]
        reason: String,
    },
    /// Mở lại một tài khoản đã khóa
    Enable {
        /// Tên đăng nhập
        login: String,
        /// Lý do, ghi vào nhật ký
        #[arg(long)]
        reason: String,
    },
    /// Liệt kê người dùng và vai trò đang có hiệu lực
    List,
}

fn role(word: &str) -> Result<Role, String> {
    Role::of(word).ok_or_else(|| {
        let known: Vec<&str> = Role::ALL.into_iter().map(Role::word).collect();
        format!("không có vai trò này / no such role; {}", known.join(", "))
    })
}

pub(crate) async fn run(common: &Common, command: Command) -> Result<(), Failure> {
    let lang = common.lang();
    let (db, _) = common.open_kept().await?;
    let accounts = office::accounts(&db, common.security.clone()).await.map_err(|error| Failure::failed(say::db(lang, &error)))?;
    let outcome = act(&accounts, command, lang).await;
    db.close().await;
    match outcome {
        Ok(text) => print(lang, &text),
        Err(error) => Err(Failure::failed(say::account(lang, &error))),
    }
}

pub(crate) async fn act(accounts: &Accounts, command: Command, lang: Lang) -> Result<String, AccountError> {
    let actor = Actor::program(accounts.world.now());
    match command {
        Command::Add { login, name, unit, email, role, subtree } => {
            let person = Person { login, name, unit: unit.clone(), email, ..Person::default() };
            let invited = people::make(accounts, &actor, &person).await?;
            if let Some(role) = role {
                let reach = if subtree { Reach::Subtree } else { Reach::Unit };
                let valid_from = accounts.world.today();
                let new = NewGrant { account: invited.account.clone(), role, unit, reach, valid_from, valid_to: None, reason: None };
                people::give_role(accounts, &actor, &new).await?;
            }
            Ok(link_words(&invited.link, accounts.security.first_link_days * 24 * 60, lang))
        }
        Command::Reset { login } => {
            let key = key_of(accounts, &login).await?;
            let link = people::reset(accounts, &actor, &key).await?;
            Ok(link_words(&link, accounts.security.reset_minutes, lang))
        }
        Command::Disable { login, reason } => {
            let key = key_of(accounts, &login).await?;
            people::set_open(accounts, &actor, &key, false, &reason).await?;
            Ok(lang.pick(format!("Đã khóa tài khoản {login}.\n"), format!("The account {login} is closed.\n")))
        }
        Command::Enable { login, reason } => {
            let key = key_of(accounts, &login).await?;
            people::set_open(accounts, &actor, &key, true, &reason).await?;
            Ok(lang.pick(format!("Đã mở lại tài khoản {login}.\n"), format!("The account {login} is open again.\n")))
        }
        Command::List => list(accounts, lang).await,
    }
}

async fn key_of(accounts: &Accounts, login: &str) -> Result<String, AccountError> {
    let mut read = accounts.db.read().await?;
    Ok(account_by_login(read.conn(), login).await?.ok_or(AccountError::Unknown)?.account)
}

fn link_words(link: &str, minutes: i64, lang: Lang) -> String {
    let (vi, en) = if minutes >= 24 * 60 {
        (format!("{} ngày", minutes / 24 / 60), format!("{} days", minutes / 24 / 60))
    } else {
        (format!("{minutes} phút"), format!("{minutes} minutes"))
    };
    lang.pick(
        format!("Mở trong trình duyệt, sau địa chỉ của trang (dùng một lần, trong {vi}):\n  /lien-ket/{link}\n"),
        format!("Open in a browser, after the address of the site (works once, within {en}):\n  /lien-ket/{link}\n"),
    )
}

async fn list(accounts: &Accounts, lang: Lang) -> Result<String, AccountError> {
    let mut text = String::new();
    let now = accounts.world.now();
    let mut read = accounts.db.read().await?;
    for account in all_accounts(read.conn()).await? {
        let _ = writeln!(
            text,
            "{}  {}  [{}]  {}",
            account.login,
            account.name,
            web::words::standing(account.standing(accounts, now), lang).0,
            account.unit
        );
        for grant in grants_of(read.conn(), &account.account).await? {
            if grant.counts_on(accounts.world.today()) {
                let _ = writeln!(text, "    {}  {}  {}", grant.role().map_or("?", Role::word), grant.unit, grant.reach().word());
            }
        }
    }
    Ok(text)
}
