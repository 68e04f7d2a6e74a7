//! The people of a demonstration where the program does not run as one.

use accounts::people::{self, Person, set_demo_password};
use accounts::policy::Role;
use accounts::sign_in::{SignedIn, with_identity};
use accounts::{
    AccountError, MadeUpPeople, Proven, Reach, Scope, SessionEnd, ShutOut, SignInRefusal, Standing, make_token, principal_of_token,
    shut_out_made_up, use_link,
};
use test_support::on_both;

use crate::office::{Office, Someone, origin};

/// A made-up administrator with the common password.
async fn made_up(office: &Office) -> Someone {
    let person = Person { made_up: true, ..office.person("mau", "so") };
    let invited = people::make(&office.accounts, &office.program(), &person).await.unwrap();
    let password = "dùng-thử-mật-khẩu-chung".to_owned();
    set_demo_password(&office.accounts, &invited.account, &password).await.unwrap();
    let someone = Someone { key: invited.account, login: "mau".to_owned(), password };
    office.give(&someone, Role::Administrator, "tinh", Reach::Subtree).await;
    someone
}

on_both! {
    async fn no_proof_of_a_made_up_person_opens_anything_outside_of_a_demonstration(office: Office) {
        let mut office = office;
        let (mau, chi) = (made_up(&office).await, office.administrator("chi").await);
        let cookie = office.sign_in(&mau).await;
        let actor = office.actor(&cookie).await;
        let token = make_token(&office.accounts, &actor, "thử", Scope::Write, 30).await.unwrap();
        let link = people::reset(&office.accounts, &office.program(), &mau.key).await.unwrap();
        office.execute(&format!("INSERT INTO identity (issuer, subject, account, linked_at) VALUES ('https://id.example.vn', '7', '{}', '2026-03-02T00:00:00+00:00')", mau.key)).await;
        let proven = Proven { issuer: "https://id.example.vn", subject: "7", shown: None };

        office.accounts.made_up_people = MadeUpPeople::ShutOut;
        assert_eq!(office.account(&mau.key).await.standing(&office.accounts, office.now()), Standing::ShutOut);
        assert!(matches!(office.try_password("mau", &mau.password).await, Err(SignInRefusal::Closed)));
        assert_eq!(office.look(&cookie).await, Err(SessionEnd::Closed));
        assert_eq!(principal_of_token(&office.accounts, &token).await.unwrap(), None);
        let identity = with_identity(&office.accounts, proven, None, true, &origin()).await;
        assert!(matches!(identity, Err(SignInRefusal::Closed)), "{identity:?}");
        let by_link = use_link(&office.accounts, &link, "mưa-rào-trên-mái-ngói-9", &origin()).await;
        assert!(matches!(by_link, Err(AccountError::LinkEnded)), "{by_link:?}");
        // The real administrator is the last one who can look after accounts: the made-up one does not count.
        let grant = office.lines(&format!("SELECT role_grant FROM role_grant WHERE account = '{}'", chi.key)).await.remove(0);
        let actor = office.acting(&chi).await;
        let outcome = people::revoke_role(&office.accounts, &actor, &grant, "thử").await;
        assert!(matches!(outcome, Err(AccountError::LastAdministrator)), "{outcome:?}");

        // The start ends what is open, once, and writes it down.
        let shut_out = shut_out_made_up(&office.accounts).await.unwrap();
        assert_eq!(shut_out, ShutOut { logins: vec!["mau".to_owned()], sessions: 1 });
        assert_eq!(shut_out_made_up(&office.accounts).await.unwrap().sessions, 0);
        assert_eq!(office.look(&cookie).await, Err(SessionEnd::Unknown));
        assert_eq!(office.count("signed-out-everywhere").await, 1);
        assert!(office.look(&office.sign_in(&chi).await).await.is_ok(), "a real person works on");

        // The same data as a demonstration again.
        office.accounts.made_up_people = MadeUpPeople::Admitted;
        office.minutes(20);
        assert!(matches!(office.try_password("mau", &mau.password).await, Ok(SignedIn::Open { .. })));
        assert!(principal_of_token(&office.accounts, &token).await.unwrap().is_some());
    }
}
