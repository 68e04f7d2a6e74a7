//! The people an installation begins with: its first administrator, and the made-up ones of a demonstration.

use accounts::people::{self, NewGrant, Person, give_role, make, set_demo_password};
use accounts::policy::Role;
use accounts::{AccountError, Accounts, Actor, Reach, Standing, account_by_login, accounts as all_accounts, grants_of};

/// Sign-in name of the first administrator.
const FIRST: &str = "quan-tri";

/// The unit on which the first administrator has their role: the whole country, so that every unit lies within reach.
const ROOT: &str = "vn";

/// The secret of the link for the first administrator, as long as nobody who can look after accounts has signed in; every start makes a new one.
pub(crate) async fn first_link(accounts: &Accounts) -> Result<Option<String>, AccountError> {
    let actor = Actor::program(accounts.world.now());
    let today = accounts.world.today();
    let mut read = accounts.db.read().await?;
    for account in all_accounts(read.conn()).await? {
        // Whoever may not sign in looks after nothing: a made-up administrator in restored data of a demonstration.
        if account.standing(accounts, actor.now) != Standing::Active {
            continue;
        }
        let grants = grants_of(read.conn(), &account.account).await?;
        if grants.iter().any(|grant| grant.role() == Some(Role::Administrator) && grant.counts_on(today)) {
            return Ok(None);
        }
    }
    let there = account_by_login(read.conn(), FIRST).await?;
    drop(read);
    if let Some(there) = there {
        let standing = there.standing(accounts, actor.now);
        if standing == Standing::Ended {
            // Somebody has set its last day; `cchc user add` makes another administrator.
            return Ok(None);
        }
        if matches!(standing, Standing::Disabled | Standing::Dormant) {
            people::set_open(accounts, &actor, &there.account, true, "no administrator is left").await?;
        }
        return people::reset(accounts, &actor, &there.account).await.map(Some);
    }
    let person =
        Person { login: FIRST.to_owned(), name: "Quản trị hệ thống".to_owned(), unit: ROOT.to_owned(), ..Person::default() };
    let invited = make(accounts, &actor, &person).await?;
    give(accounts, &actor, &invited.account, Role::Administrator, ROOT, Reach::Subtree).await?;
    Ok(Some(invited.link))
}

async fn give(accounts: &Accounts, actor: &Actor, account: &str, role: Role, unit: &str, reach: Reach) -> Result<(), AccountError> {
    let new = NewGrant {
        account: account.to_owned(),
        role,
        unit: unit.to_owned(),
        reach,
        valid_from: accounts.world.today(),
        valid_to: None,
        reason: None,
    };
    give_role(accounts, actor, &new).await.map(drop)
}

/// A made-up person: sign-in name, name, position, unit, role, reach.
type MadeUp = (&'static str, &'static str, &'static str, &'static str, Role, Reach);

const HANOI: &str = "01-ha-noi";
const HOME_AFFAIRS: &str = "hn-so-noi-vu-2025";
const HEALTH: &str = "hn-so-y-te";
const BA_DINH: &str = "00004-ba-dinh-2025";

/// One person of two units, to try the switch between them.
const OF_TWO_UNITS: &str = "mau.dau-moi";

/// One for each role; the family name says that they are illustrations.
const MADE_UP: [MadeUp; 13] = [
    ("mau.quan-tri", "Minh Họa Quản Trị", "Quản trị viên", HANOI, Role::Administrator, Reach::Subtree),
    ("mau.thuong-truc", "Minh Họa Thường Trực", "Chuyên viên Sở Nội vụ", HANOI, Role::ReformOffice, Reach::Subtree),
    (OF_TWO_UNITS, "Minh Họa Đầu Mối", "Chuyên viên", HEALTH, Role::UnitOfficer, Reach::Unit),
    ("mau.dau-moi-phuong", "Minh Họa Đầu Mối Phường", "Công chức", BA_DINH, Role::UnitOfficer, Reach::Unit),
    ("mau.thu-truong", "Minh Họa Thủ Trưởng", "Giám đốc", HEALTH, Role::UnitHead, Reach::Unit),
    ("mau.thu-truong-phuong", "Minh Họa Chủ Tịch Phường", "Chủ tịch UBND phường", BA_DINH, Role::UnitHead, Reach::Unit),
    ("mau.tham-dinh", "Minh Họa Thẩm Định", "Chuyên viên", HANOI, Role::Appraiser, Reach::Subtree),
    ("mau.hoi-dong", "Minh Họa Hội Đồng", "Thành viên hội đồng", HANOI, Role::Council, Reach::Subtree),
    ("mau.khao-sat", "Minh Họa Khảo Sát", "Trưởng nhóm khảo sát", HANOI, Role::SurveyManager, Reach::Subtree),
    ("mau.dieu-tra", "Minh Họa Điều Tra", "Điều tra viên", BA_DINH, Role::Interviewer, Reach::Unit),
    ("mau.lanh-dao", "Minh Họa Lãnh Đạo", "Lãnh đạo UBND Thành phố", HANOI, Role::Leader, Reach::Subtree),
    ("mau.thanh-tra", "Minh Họa Thanh Tra", "Thanh tra viên", HANOI, Role::Auditor, Reach::Subtree),
    ("mau.cong-bo", "Minh Họa Công Bố", "Phụ trách công bố", HANOI, Role::Publisher, Reach::Subtree),
];

/// Makes the made-up people of a demonstration, and puts those that are there back as they were: visitors change passwords, set up second factors,
/// close accounts and take roles away, and then the buttons of the sign-in page would open nothing for anybody.
pub(crate) async fn demo_people(accounts: &Accounts) -> Result<(), AccountError> {
    let actor = Actor::program(accounts.world.now());
    for (login, name, position, unit, role, reach) in MADE_UP {
        let mut read = accounts.db.read().await?;
        let there = account_by_login(read.conn(), login).await?;
        drop(read);
        let key = match there {
            // Somebody of one's own who took the name stays as they are.
            Some(there) if !there.is_made_up() => continue,
            Some(there) => there.account,
            None => {
                let person = Person {
                    login: login.to_owned(),
                    name: name.to_owned(),
                    position: Some(position.to_owned()),
                    unit: unit.to_owned(),
                    made_up: true,
                    ..Person::default()
                };
                make(accounts, &actor, &person).await?.account
            }
        };
        set_demo_password(accounts, &key, desk::DEMO_PASSWORD).await?;
        give_if_new(accounts, &actor, &key, role, unit, reach).await?;
        if login == OF_TWO_UNITS {
            give_if_new(accounts, &actor, &key, role, HOME_AFFAIRS, Reach::Unit).await?;
        }
    }
    Ok(())
}

/// Gives a role that the person does not have already.
async fn give_if_new(accounts: &Accounts, actor: &Actor, key: &str, role: Role, unit: &str, reach: Reach) -> Result<(), AccountError> {
    match give(accounts, actor, key, role, unit, reach).await {
        Err(AccountError::AlreadyGiven) => Ok(()),
        other => other,
    }
}
