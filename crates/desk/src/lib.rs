//! The desk: what a person finds in the working area before any capability: signing in, the first page with what waits for them,
//! their account, evidence, and for those who look after the installation people, roles and the history.

mod pages;
mod tasks;
mod words;

use accounts::policy::{Action, Thing};
use axum::extract::DefaultBodyLimit;
use axum::routing::get;
use pages::installation;
pub use pages::sign_in::DEMO_PASSWORD;
pub use tasks::UpkeepTasks;
use web::{Guard, LARGEST_WITH_FILES, NavEntry, Route};

/// The first entries of the navigation.
#[must_use]
pub fn first_nav() -> Vec<NavEntry> {
    vec![
        NavEntry { key: "lam-viec", words: ("Việc của tôi", "My work"), path: "/lam-viec", needs: None },
        NavEntry { key: web::NOTICES, words: ("Thông báo", "Notices"), path: "/lam-viec/thong-bao", needs: None },
    ]
}

/// The entry of evidence, behind those of the capabilities that cite it.
#[must_use]
pub fn evidence_nav() -> Vec<NavEntry> {
    vec![NavEntry {
        key: "minh-chung",
        words: ("Minh chứng", "Evidence"),
        path: "/lam-viec/minh-chung",
        needs: Some((Action::See, Thing::Evidence)),
    }]
}

/// The last entries of the navigation, below those of the capabilities.
#[must_use]
pub fn last_nav() -> Vec<NavEntry> {
    vec![
        NavEntry { key: "tac-vu", words: ("Tác vụ", "Jobs"), path: "/lam-viec/tac-vu", needs: None },
        NavEntry {
            key: "lich",
            words: ("Lịch làm việc", "Working calendar"),
            path: "/lam-viec/lich",
            needs: Some((Action::See, Thing::Calendar)),
        },
        NavEntry {
            key: "lich-su",
            words: ("Nhật ký thay đổi", "History"),
            path: "/lam-viec/lich-su",
            needs: Some((Action::See, Thing::History)),
        },
        NavEntry {
            key: "nguoi-dung",
            words: ("Người dùng và vai trò", "People and roles"),
            path: "/lam-viec/nguoi-dung",
            needs: Some((Action::See, Thing::Account)),
        },
        NavEntry {
            key: installation::KEY,
            words: ("Tình trạng cài đặt", "State of the installation"),
            path: installation::PATH,
            needs: Some((Action::See, Thing::Installation)),
        },
    ]
}

/// The routes of evidence.
fn evidence_routes() -> Vec<Route> {
    use pages::evidence::{edit, file, list, piece};
    let see = Guard::May(Action::See, Thing::Evidence);
    let make = Guard::May(Action::Make, Thing::Evidence);
    let change = Guard::May(Action::Change, Thing::Evidence);
    let large = || DefaultBodyLimit::max(LARGEST_WITH_FILES);
    vec![
        Route::page("/lam-viec/minh-chung", see, list::get),
        Route::of("/lam-viec/minh-chung/them", &["GET", "POST"], make, get(edit::get_new).post(edit::post_new).layer(large())),
        Route::page("/lam-viec/minh-chung/{evidence}", see, piece::get),
        Route::form("/lam-viec/minh-chung/{evidence}/sua", change, edit::get_edit, edit::post_edit),
        Route::of(
            "/lam-viec/minh-chung/{evidence}/phien-ban",
            &["GET", "POST"],
            change,
            get(edit::get_version).post(edit::post_version).layer(large()),
        ),
        Route::act("/lam-viec/minh-chung/{evidence}/rut", Guard::May(Action::Withdraw, Thing::Evidence), piece::withdraw),
        Route::page("/lam-viec/minh-chung/{evidence}/{position}/tai-ve", see, file::download),
        Route::page("/lam-viec/minh-chung/{evidence}/{position}/xem", see, file::inline),
        Route::page("/lam-viec/minh-chung/{evidence}/{position}/noi-dung", see, file::text),
    ]
}

/// Every route of the desk.
#[must_use]
pub fn routes() -> Vec<Route> {
    use pages::{
        calendar, codes, history, home, jobs, link, notices, password, people, person, resend, roles, sign_in, single_sign_on, tokens,
        units,
    };
    let see_people = Guard::May(Action::See, Thing::Account);
    let change_people = Guard::May(Action::Change, Thing::Account);
    let mut routes = vec![
        Route::form("/dang-nhap", Guard::Open, sign_in::get, sign_in::post),
        Route::form("/dang-nhap/ma-xac-thuc", Guard::Open, sign_in::get_code, sign_in::post_code),
        Route::page("/dang-nhap/mot-lan", Guard::Open, single_sign_on::begin),
        Route::page(web::RETURN_PATH, Guard::Open, single_sign_on::come_back),
        Route::form("/dang-xuat", Guard::Signed, sign_in::get_out, sign_in::post_out),
        Route::form("/quen-mat-khau", Guard::Open, link::get_forgotten, link::post_forgotten),
        Route::form("/lien-ket/{secret}", Guard::Open, link::get, link::post),
        Route::act("/gui-lai", Guard::Signed, resend::post),
        Route::page("/lam-viec", Guard::Signed, home::get),
        Route::form("/lam-viec/doi-don-vi", Guard::Signed, units::get, units::post),
        Route::page("/lam-viec/tai-khoan", Guard::Signed, home::account),
        Route::form("/lam-viec/tai-khoan/mat-khau", Guard::Signed, password::get, password::post),
        Route::form("/lam-viec/tai-khoan/hai-lop", Guard::Signed, codes::get, codes::post),
        Route::form("/lam-viec/tai-khoan/dang-nhap-mot-lan", Guard::Signed, single_sign_on::get_link, single_sign_on::post_link),
        Route::act("/lam-viec/tai-khoan/dang-nhap-mot-lan/bo", Guard::Signed, single_sign_on::unlink_own),
        Route::act("/lam-viec/tai-khoan/dang-xuat-noi-khac", Guard::Signed, home::sign_out_elsewhere),
        Route::form("/lam-viec/tai-khoan/ma-truy-cap", Guard::Signed, tokens::get, tokens::post),
        Route::act("/lam-viec/tai-khoan/ma-truy-cap/{token}/thu-hoi", Guard::Signed, tokens::revoke),
        Route::form("/lam-viec/tai-khoan/nguoi-thay", Guard::Signed, roles::get_deputy, roles::post_deputy),
        Route::act("/lam-viec/nguoi-thay/{deputy}/thoi", Guard::Signed, roles::dismiss),
        Route::page("/lam-viec/nguoi-dung", see_people, people::get),
        Route::form("/lam-viec/nguoi-dung/them", Guard::May(Action::Make, Thing::Account), person::get_new, person::post_new),
        Route::act("/lam-viec/nguoi-dung/ra-soat", change_people, people::review),
        Route::page("/lam-viec/nguoi-dung/{account}", see_people, person::get),
        Route::form("/lam-viec/nguoi-dung/{account}/sua", change_people, person::get_edit, person::post_edit),
        Route::act("/lam-viec/nguoi-dung/{account}/lien-ket", change_people, person::make_link),
        Route::act("/lam-viec/nguoi-dung/{account}/trang-thai", change_people, person::set_open),
        Route::act("/lam-viec/nguoi-dung/{account}/doi-mat-khau", change_people, person::demand_password),
        Route::act("/lam-viec/nguoi-dung/{account}/bo-hai-lop", change_people, person::remove_factor),
        Route::act("/lam-viec/nguoi-dung/{account}/bo-lien-ket", change_people, single_sign_on::unlink),
        Route::act("/lam-viec/nguoi-dung/{account}/dang-xuat", change_people, person::sign_out),
        Route::form("/lam-viec/nguoi-dung/{account}/vai-tro", Guard::May(Action::Make, Thing::Grant), roles::get, roles::post),
        Route::act("/lam-viec/vai-tro/{grant}/thu-hoi", Guard::May(Action::Withdraw, Thing::Grant), roles::revoke),
        Route::form("/lam-viec/lich", Guard::May(Action::See, Thing::Calendar), calendar::get, calendar::post)
            .sending(Guard::May(Action::Change, Thing::Calendar)),
        Route::act("/lam-viec/lich/{day}/bo", Guard::May(Action::Change, Thing::Calendar), calendar::take),
        Route::form("/lam-viec/thong-bao", Guard::Signed, notices::get, notices::post),
        Route::page("/lam-viec/thong-bao/khong-gui-duoc", Guard::May(Action::See, Thing::Installation), notices::failed),
        Route::act("/lam-viec/thong-bao/{notice}", Guard::Signed, notices::open),
        Route::form("/lam-viec/tai-khoan/thong-bao", Guard::Signed, notices::get_choice, notices::post_choice),
        Route::page(installation::PATH, Guard::May(Action::See, Thing::Installation), installation::get),
        Route::page("/lam-viec/tac-vu", Guard::Signed, jobs::get),
        Route::page("/lam-viec/tac-vu/{job}", Guard::Signed, jobs::one),
        Route::act("/lam-viec/tac-vu/{job}/huy", Guard::Signed, jobs::cancel),
        Route::page("/lam-viec/lich-su", Guard::May(Action::See, Thing::History), history::get),
        Route::page("/lam-viec/lich-su.csv", Guard::May(Action::Export, Thing::History), history::download),
    ];
    routes.extend(evidence_routes());
    routes
}
