//! Evaluation campaigns: criteria sets, self-scores with evidence, appraisal, explanation, council, ranks, publication.
//! Points follow from rules and figures; appraisers and the council speak in threads; an approved result can be computed again by anyone.

pub mod actions;
pub mod annexing;
mod api;
pub mod comparing;
pub mod differing;
pub mod editing;
pub mod exchange;
pub mod exports;
pub mod indices;
pub mod model;
mod pages;
pub mod papers;
pub mod reduced;
mod reminders;
pub mod result;
mod rule_form;
pub mod scoring;
pub mod set;
mod shipped;
mod store;
pub mod tally;
mod tasks;
mod telling;
mod words;

use accounts::policy::{Action, Thing};
use axum::extract::DefaultBodyLimit;
use web::{Guard, NavEntry, Route};

pub use pages::results::{leaves, zipped};
pub use reminders::{CampaignReminders, CampaignRemindersDue};
pub use shipped::shipped_sets;
pub use tasks::EvaluationTasks;
pub use words::{refusal_words, set_fault};

/// The entries of the navigation.
#[must_use]
pub fn nav() -> Vec<NavEntry> {
    vec![NavEntry {
        key: pages::NAV,
        words: ("Đánh giá", "Evaluation"),
        path: "/lam-viec/danh-gia",
        needs: Some((Action::See, Thing::Campaign)),
    }]
}

/// Every route of the capability.
#[must_use]
pub fn routes() -> Vec<Route> {
    let mut routes = campaign_routes();
    routes.extend(unit_routes());
    routes.extend(set_routes());
    routes.extend(open_routes());
    routes.extend(api::routes());
    routes
}

fn campaign_routes() -> Vec<Route> {
    use pages::{appraise, approvals, assign, calendar, campaigns, council, new, overview, papers, points, results};
    let see = Guard::May(Action::See, Thing::Campaign);
    let change = Guard::May(Action::Change, Thing::Campaign);
    let appraisal = Guard::May(Action::See, Thing::Appraisal);
    let export = Guard::May(Action::Export, Thing::CampaignResult);
    vec![
        Route::page("/lam-viec/danh-gia", see, campaigns::get),
        Route::form("/lam-viec/danh-gia/tao", Guard::May(Action::Make, Thing::Campaign), new::get, new::post),
        Route::page("/lam-viec/danh-gia/{campaign}", see, overview::get),
        Route::act("/lam-viec/danh-gia/{campaign}/buoc-tiep", change, overview::advance),
        Route::act("/lam-viec/danh-gia/{campaign}/buoc-truoc", change, overview::back),
        Route::act("/lam-viec/danh-gia/{campaign}/xoa-nhap", change, overview::discard),
        Route::form("/lam-viec/danh-gia/{campaign}/lich", change, calendar::get, calendar::post),
        Route::form("/lam-viec/danh-gia/{campaign}/phan-cong", change, assign::get, assign::post),
        Route::of(
            "/lam-viec/danh-gia/{campaign}/diem/nhap",
            &["GET", "POST"],
            change,
            axum::routing::get(points::get).post(points::post).layer(DefaultBodyLimit::max(web::LARGEST_SHEET + web::AROUND)),
        ),
        Route::page("/lam-viec/danh-gia/{campaign}/diem/mau.xlsx", change, points::template),
        Route::form("/lam-viec/danh-gia/{campaign}/hoi-dong", appraisal, council::get, council::post),
        Route::page("/lam-viec/danh-gia/{campaign}/doi-chieu", Guard::May(Action::Export, Thing::Appraisal), council::get_consistency),
        Route::form("/lam-viec/danh-gia/{campaign}/tieu-chi/{block}/{leaf}", appraisal, appraise::get, appraise::post),
        Route::form("/lam-viec/danh-gia/{campaign}/ket-qua", Guard::May(Action::See, Thing::CampaignResult), results::get, approvals::post)
            .sending(Guard::May(Action::Submit, Thing::CampaignResult)),
        Route::page("/lam-viec/danh-gia/{campaign}/ket-qua.xlsx", export, results::xlsx),
        Route::page("/lam-viec/danh-gia/{campaign}/ket-qua.csv", export, results::csv),
        Route::page("/lam-viec/danh-gia/{campaign}/van-ban/{name}", export, papers::of_campaign),
        Route::page("/lam-viec/danh-gia/{campaign}/ket-qua/{position}/ho-so.zip", export, results::archive),
    ]
}

fn unit_routes() -> Vec<Route> {
    use pages::{cite, leaf, papers, results, sheet, steps};
    let see = Guard::May(Action::See, Thing::Score);
    let enter = Guard::May(Action::Change, Thing::Score);
    let change = Guard::May(Action::Change, Thing::Campaign);
    vec![
        Route::form("/lam-viec/danh-gia/{campaign}/{unit}", see, sheet::get, sheet::post).sending(enter),
        Route::act("/lam-viec/danh-gia/{campaign}/{unit}/luu-ngay", enter, sheet::post_row),
        Route::act("/lam-viec/danh-gia/{campaign}/{unit}/trinh", enter, steps::hand_over),
        Route::act("/lam-viec/danh-gia/{campaign}/{unit}/gui", Guard::May(Action::Submit, Thing::Score), steps::submit),
        Route::act("/lam-viec/danh-gia/{campaign}/{unit}/tra-dau-moi", Guard::May(Action::Submit, Thing::Score), steps::return_to_officer),
        Route::act("/lam-viec/danh-gia/{campaign}/{unit}/tra-lai", Guard::May(Action::Reopen, Thing::Score), steps::send_back),
        Route::act("/lam-viec/danh-gia/{campaign}/{unit}/mo-lai", Guard::May(Action::Reopen, Thing::Score), steps::reopen),
        Route::act("/lam-viec/danh-gia/{campaign}/{unit}/xep-hang", change, steps::set_ranked),
        Route::act("/lam-viec/danh-gia/{campaign}/{unit}/sap-nhap", change, steps::merge),
        Route::act("/lam-viec/danh-gia/{campaign}/{unit}/dong-y", Guard::May(Action::Make, Thing::Appraisal), leaf::agree_all),
        Route::form("/lam-viec/danh-gia/{campaign}/{unit}/minh-chung/{leaf}", enter, cite::get, cite::post),
        Route::of(
            "/lam-viec/danh-gia/{campaign}/{unit}/minh-chung/{leaf}/tep",
            &["POST"],
            enter,
            axum::routing::post(cite::post_files).layer(DefaultBodyLimit::max(web::LARGEST_WITH_FILES)),
        ),
        Route::act("/lam-viec/danh-gia/{campaign}/{unit}/bo-minh-chung", enter, cite::remove),
        Route::page("/lam-viec/danh-gia/{campaign}/{unit}/tieu-chi/{leaf}", see, leaf::get),
        Route::act("/lam-viec/danh-gia/{campaign}/{unit}/tieu-chi/{leaf}/y-kien", Guard::May(Action::Change, Thing::Appraisal), leaf::post),
        Route::act("/lam-viec/danh-gia/{campaign}/{unit}/tieu-chi/{leaf}/giai-trinh", enter, leaf::post_answer),
        Route::act(
            "/lam-viec/danh-gia/{campaign}/{unit}/tieu-chi/{leaf}/kien-nghi",
            Guard::May(Action::Submit, Thing::Score),
            leaf::post_appeal,
        ),
        Route::page("/lam-viec/danh-gia/{campaign}/{unit}/bang.xlsx", Guard::May(Action::Export, Thing::Score), results::sheet_xlsx),
        Route::page("/lam-viec/danh-gia/{campaign}/{unit}/van-ban/{name}", Guard::May(Action::Export, Thing::Score), papers::of_unit),
        Route::page("/lam-viec/danh-gia/{campaign}/{unit}/ket-qua", Guard::May(Action::See, Thing::CampaignResult), results::get_unit),
    ]
}

fn set_routes() -> Vec<Route> {
    use pages::{annex, blocks, differences, set_edit, sets};
    let see = Guard::May(Action::See, Thing::CriteriaSet);
    let make = Guard::May(Action::Make, Thing::CriteriaSet);
    let change = Guard::May(Action::Change, Thing::CriteriaSet);
    vec![
        Route::page("/lam-viec/bo-tieu-chi", see, sets::list),
        Route::form("/lam-viec/bo-tieu-chi/tao", make, set_edit::get_new, set_edit::post_new),
        Route::of(
            "/lam-viec/bo-tieu-chi/nhap",
            &["GET", "POST"],
            make,
            axum::routing::get(annex::get).post(annex::post).layer(DefaultBodyLimit::max(web::LARGEST_SHEET + web::AROUND)),
        ),
        Route::page("/lam-viec/bo-tieu-chi/{set}", see, sets::get),
        Route::page("/lam-viec/bo-tieu-chi/{set}/bo-tieu-chi.toml", Guard::May(Action::Export, Thing::CriteriaSet), sets::file),
        Route::form("/lam-viec/bo-tieu-chi/{set}/sua", change, set_edit::get_text, set_edit::post_text),
        Route::form("/lam-viec/bo-tieu-chi/{set}/khoi-xep-loai", change, blocks::get, blocks::post),
        Route::form("/lam-viec/bo-tieu-chi/{set}/tieu-chi/{node}", change, set_edit::get_node, set_edit::post_node),
        Route::act("/lam-viec/bo-tieu-chi/{set}/sao-chep", make, sets::copy),
        Route::act("/lam-viec/bo-tieu-chi/{set}/thoi-dung", Guard::May(Action::Withdraw, Thing::CriteriaSet), sets::withdraw),
        Route::page("/lam-viec/bo-tieu-chi/{set}/so-sanh/{other}", see, differences::get),
    ]
}

fn open_routes() -> Vec<Route> {
    use pages::public;
    vec![
        Route::page("/ket-qua-danh-gia", Guard::Open, public::list),
        Route::page("/ket-qua-danh-gia/{campaign}", Guard::Open, public::get),
        Route::page("/ket-qua-danh-gia/{campaign}/du-lieu.csv", Guard::Open, public::csv),
        Route::page("/ket-qua-danh-gia/{campaign}/{block}/{unit}", Guard::Open, public::unit),
    ]
}
