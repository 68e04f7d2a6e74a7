//! What is left of every act: one event, with unit, before and after; and never a secret.

use accounts::people::{
    self, appoint_deputy, change, demand_new_password, dismiss_deputy, give_role, reset, reset_by_mail, revoke_role, set_open,
};
use accounts::policy::Role;
use accounts::sign_in::change_password;
use accounts::{
    Reach, Scope, act_for, end_all, end_others, end_session, make_token, principal_of_token, remove_second_factor, revoke_token, tokens_of,
    use_link,
};
use platform::history::{Event, EventFilter, EventPage, Source, search, verify};
use serde_json::{Value, json};
use test_support::on_both;

use crate::office::{Office, origin};

async fn events(office: &Office) -> Vec<Event> {
    let mut read = office.accounts.db.read().await.unwrap();
    search(read.conn(), &EventFilter::default(), EventPage { offset: 0, limit: 1000 }).await.unwrap()
}

/// Follows the history from act to act.
struct Follow<'a> {
    office: &'a Office,
    seen: usize,
}

impl<'a> Follow<'a> {
    async fn from_now(office: &'a Office) -> Self {
        Self { office, seen: events(office).await.len() }
    }

    /// The one event that the last act left.
    async fn one(&mut self, kind: &str, action: &str) -> Event {
        let all = events(self.office).await;
        assert_eq!(all.len(), self.seen + 1, "{kind} {action}");
        self.seen = all.len();
        // Every act of the test is a second after the one before.
        let event = all.into_iter().max_by_key(|event| event.at).unwrap();
        assert_eq!((event.kind.as_str(), event.action.as_str()), (kind, action));
        assert!(event.of_unit.is_some(), "{kind} {action} belongs to a unit");
        self.office.seconds(1);
        event
    }

    async fn none(&self, what: &str) {
        assert_eq!(events(self.office).await.len(), self.seen, "{what} leaves nothing");
        self.office.seconds(1);
    }
}

fn fields(text: Option<&String>) -> Value {
    text.map_or(Value::Null, |text| serde_json::from_str(text).unwrap())
}

on_both! {
    async fn every_act_leaves_one_event(office: Office) {
        let office = office.with(|security| security.second_factor = accounts::SecondFactorFor::Nobody);
        let chi = office.administrator("chi").await;
        let an = office.someone("anh", "xa").await;
        let acts = office.acting(&chi).await;
        let actor = || accounts::Actor { now: office.now(), ..acts.clone() };
        office.seconds(1);
        let accounts = &office.accounts;
        let mut follow = Follow::from_now(&office).await;

        let binh = people::make(accounts, &actor(), &office.person("binh", "xa")).await.unwrap();
        let event = follow.one("account", "made").await;
        assert_eq!((event.account.as_deref(), event.name.as_deref(), event.of_unit.as_deref()), (Some(chi.key.as_str()), Some("Người chi"), Some("xa")));
        assert_eq!((event.address.as_deref(), event.request.as_deref(), event.unit.as_deref()), (Some("192.0.2.7"), Some("r1"), Some("tinh")));
        assert_eq!(fields(event.after.as_ref())["login"], "binh");
        change(accounts, &actor(), &binh.account, 1, &people::Person { phone: Some("0000".to_owned()), ..office.person("binh", "thon") }).await.unwrap();
        let event = follow.one("account", "changed").await;
        let (before, after) = (fields(event.before.as_ref()), fields(event.after.as_ref()));
        assert_eq!((&before["unit"], &after["unit"], &before["phone"], &after["phone"]), (&json!("xa"), &json!("thon"), &Value::Null, &json!("0000")));
        change(accounts, &actor(), &binh.account, 1, &office.person("binh", "thon")).await.unwrap_err();
        follow.none("a refused change").await;

        let new = office.role(&an, Role::UnitHead, "xa", Reach::Unit);
        let grant = give_role(accounts, &actor(), &new).await.unwrap();
        let event = follow.one("role_grant", "given").await;
        assert_eq!((event.reason.as_deref(), &fields(event.after.as_ref())["role"]), (Some("phân công"), &json!("unit-head")));
        let second = give_role(accounts, &actor(), &office.role(&an, Role::UnitHead, "thon", Reach::Unit)).await.unwrap();
        follow.one("role_grant", "given").await;

        let cookie = office.sign_in(&an).await;
        let event = follow.one("account", "signed-in").await;
        assert_eq!((event.of_unit.as_deref(), event.after.as_deref()), (Some("xa"), Some(r#"{"method":"password","second_factor":false}"#)));
        office.try_password("anh", "sai").await.unwrap_err();
        let event = follow.one("account", "sign-in-failed").await;
        assert_eq!((event.account, event.thing.as_str(), event.address.as_deref()), (None, an.key.as_str(), Some("192.0.2.7")));
        office.try_password("nobody", "sai").await.unwrap_err();
        follow.none("a name that nobody has").await;
        let by_an = office.actor(&cookie).await;
        act_for(accounts, &by_an, "thon").await.unwrap();
        let event = follow.one("account", "acting-unit-changed").await;
        assert_eq!((event.before.as_deref(), event.after.as_deref()), (Some(r#"{"unit":"xa"}"#), Some(r#"{"unit":"thon"}"#)));
        office.seconds(10);
        let by_an = office.actor(&cookie).await;
        change_password(accounts, &by_an, &an.password, "mưa-rào-trên-mái-ngói-9").await.unwrap();
        follow.one("account", "password-set").await;
        end_others(accounts, &office.actor(&cookie).await).await.unwrap();
        follow.one("account", "signed-out-elsewhere").await;
        make_token(accounts, &office.actor(&cookie).await, "Excel", Scope::Read, 9).await.unwrap();
        follow.one("access_token", "made").await;
        let token = tokens_of(accounts, &an.key).await.unwrap().remove(0).access_token;
        revoke_token(accounts, &office.actor(&cookie).await, &token).await.unwrap();
        let event = follow.one("access_token", "revoked").await;
        assert_eq!((&fields(event.before.as_ref())["name"], event.after.is_some()), (&json!("Excel"), true));
        let deputy = appoint_deputy(accounts, &office.actor(&cookie).await, &office.deputy(&an, &chi, 3)).await.unwrap();
        follow.one("deputy", "appointed").await;
        dismiss_deputy(accounts, &office.actor(&cookie).await, &deputy).await.unwrap();
        let event = follow.one("deputy", "dismissed").await;
        assert_eq!(fields(event.before.as_ref())["stands_in"], json!(chi.key));
        office.enrol(&office.actor(&cookie).await).await;
        follow.one("account", "second-factor-set").await;
        end_session(accounts, &cookie).await.unwrap();
        follow.one("account", "signed-out").await;

        remove_second_factor(accounts, &actor(), &an.key, "mất điện thoại").await.unwrap();
        let event = follow.one("account", "second-factor-removed").await;
        assert_eq!((event.reason.as_deref(), event.before.is_some(), event.after.is_some()), (Some("mất điện thoại"), true, true));
        demand_new_password(accounts, &actor(), &an.key).await.unwrap();
        follow.one("account", "new-password-demanded").await;
        let link = reset(accounts, &actor(), &an.key).await.unwrap();
        follow.one("account", "link-made").await;
        use_link(accounts, &link, "nắng-xiên-qua-rặng-tre-3", &origin()).await.unwrap();
        let all = events(&office).await;
        assert_eq!(all.len(), follow.seen + 2, "a new password, and a sign-in with it");
        follow.seen = all.len();
        office.seconds(1);
        reset_by_mail(accounts, "anh", &Source { address: Some("192.0.2.9".to_owned()), ..Source::default() }).await.unwrap();
        assert_eq!(follow.one("account", "link-asked-for").await.address.as_deref(), Some("192.0.2.9"));
        end_all(accounts, &actor(), &an.key).await.unwrap();
        follow.one("account", "signed-out-everywhere").await;
        revoke_role(accounts, &actor(), &second, "chuyển công tác").await.unwrap();
        let event = follow.one("role_grant", "revoked").await;
        assert_eq!((fields(event.before.as_ref())["reach"].clone(), event.reason.as_deref()), (json!("unit"), Some("chuyển công tác")));
        set_open(accounts, &actor(), &an.key, false, "nghỉ việc").await.unwrap();
        let event = follow.one("account", "closed").await;
        assert_eq!((event.before.as_deref(), event.after.as_deref()), (Some(r#"{"state":"active"}"#), Some(r#"{"state":"disabled"}"#)));
        set_open(accounts, &actor(), &an.key, false, "nghỉ việc").await.unwrap_err();
        follow.none("closing what is closed").await;
        set_open(accounts, &actor(), &an.key, true, "trở lại").await.unwrap();
        follow.one("account", "opened").await;

        // The people of a unit find in its history what concerns it.
        let mut read = office.accounts.db.read().await.unwrap();
        let of_xa = EventFilter { units: Some(vec!["xa".to_owned()]), ..EventFilter::default() };
        let found = search(read.conn(), &of_xa, EventPage { offset: 0, limit: 1000 }).await.unwrap();
        for action in ["signed-in", "sign-in-failed", "password-set", "second-factor-removed", "link-asked-for", "closed"] {
            assert!(found.iter().any(|event| event.action == action), "{action}");
        }
        drop(read);
        assert_eq!(events(&office).await.iter().filter(|event| event.thing == grant).count(), 1);
        assert_eq!(verify(&office.accounts.db, &[]).await.unwrap().faults, []);
    }

    async fn no_secret_is_kept_as_it_is(office: Office) {
        let chi = office.administrator("chi").await;
        let an = office.with_role("anh", "so", Role::UnitHead, "so", Reach::Unit).await;
        let actor = office.acting(&chi).await;
        let cookie = office.sign_in(&an).await;
        let by_an = office.actor(&cookie).await;
        let token = make_token(&office.accounts, &by_an, "Excel", Scope::Write, 9).await.unwrap();
        principal_of_token(&office.accounts, &token).await.unwrap().unwrap();
        let changed = "mưa-rào-trên-mái-ngói-9";
        change_password(&office.accounts, &by_an, &an.password, changed).await.unwrap();
        let (secret, codes) = office.enrol(&by_an).await;
        office.minutes(1);
        office.try_password("anh", "mật-khẩu-gõ-nhầm-vào-đây").await.unwrap_err();
        office.minutes(1);
        let accounts::sign_in::SignedIn::SecondFactor { secret: half } = office.try_password("anh", changed).await.unwrap() else { panic!() };
        let code = office.code(&secret);
        office.try_code(&half, &code).await.unwrap();
        let accounts::sign_in::SignedIn::SecondFactor { secret: half } = office.try_password("anh", changed).await.unwrap() else { panic!() };
        office.try_code(&half, &codes[3]).await.unwrap();
        let links = [
            reset(&office.accounts, &actor, &an.key).await.unwrap(),
            reset_by_mail(&office.accounts, "anh", &Source::default()).await.unwrap().unwrap().1,
        ];
        let last = "nắng-xiên-qua-rặng-tre-3";
        use_link(&office.accounts, &links[1], last, &origin()).await.unwrap();
        office.keep([&token, &links[0], &links[1]]);
        office.keep([changed, last]);
        let mut secrets = office.secrets.lock().unwrap().clone();
        secrets.extend(codes.iter().map(|code| code.replace('-', "")));
        assert!(secrets.len() > 30, "{}", secrets.len());

        // The secret of the authenticator program must be kept to check its codes. It stands in one column and nowhere in the history.
        let in_history = secrets.iter().chain([&secret]);
        for event in events(&office).await {
            let text = format!("{event:?}");
            assert!(in_history.clone().all(|secret| !text.contains(secret.as_str())), "{text}");
        }
        // As the database lies on the disk, with its log; and, on either kind, as a backup takes it away.
        let folder = tempfile::tempdir().unwrap();
        let archive = folder.path().join("a.zip");
        {
        use platform::backup::{BackupSource, Sealing, backup};
        backup(&BackupSource::database(office.accounts.db.clone(), "test"), &archive, office.now(), &Sealing::Open).await
        }.unwrap();
        let mut kept: Vec<Vec<u8>> = office.files().iter().map(|file| std::fs::read(file).unwrap()).collect();
        for table in ["account", "old_password", "recovery_code", "one_time_link", "session", "access_token", "role_grant", "event"] {
            let sql = match office.accounts.db {
                platform::Db::Lite { .. } => continue,
                platform::Db::Pg(_) => format!("SELECT t::TEXT FROM {table} t"),
            };
            kept.push(office.lines(&sql).await.join("\n").into_bytes());
        }
        assert!(kept.iter().map(Vec::len).sum::<usize>() > 5_000);
        for secret in &secrets {
            let there = kept.iter().any(|bytes| bytes.windows(secret.len()).any(|window| window == secret.as_bytes()));
            assert!(!there, "{secret} is kept");
        }
    }
}
