//! The public portal: rankings, profiles, comparisons, methods, units in time, and the same data for programs.
//!
//! Pages read the registry through [`queries`]; what they show as a table is a `ui::table::DataTable` from [`tables`],
//! and the same table is the download. Errors become pages in one place, [`error`].

mod api;
mod download;
mod error;
mod layout;
mod pages;
mod queries;
mod scenario;
mod tables;
mod words;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use chrono::NaiveDate;
use platform::Db;
use registry::results::ResultsKeeper;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

pub use api::ROUTES as API_ROUTES;
pub use pages::help::check_guide;

/// What a running site is made of.
pub struct Site {
    /// The database.
    pub db: Db,
    /// Computed results.
    pub results: ResultsKeeper,
    /// Today in Viet Nam; the clock comes in from outside.
    pub today: Box<dyn Fn() -> NaiveDate + Send + Sync>,
    /// Version of the program.
    pub version: String,
    /// The agency that runs the site.
    pub owner: Option<String>,
    /// True on a demonstration site.
    pub demo: bool,
    /// True with the pages for developers.
    pub dev: bool,
}

impl std::fmt::Debug for Site {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Site").field("version", &self.version).field("owner", &self.owner).field("demo", &self.demo).finish_non_exhaustive()
    }
}

/// Shared by all handlers.
type App = Arc<Site>;

/// The portal's routes.
#[derive(Debug)]
pub struct Portal {
    app: App,
}

impl Portal {
    /// A portal over a site.
    #[must_use]
    pub fn new(site: Site) -> Self {
        Self { app: Arc::new(site) }
    }

    /// Every route, in Vietnamese at the root and in English below `/en`, with error pages.
    pub fn router(self) -> Router {
        self.router_guarded(|routes| routes)
    }

    /// The same with a guard around the routes, inside of the error pages: what the guard refuses with a [`web::Problem`] gets its page.
    pub fn router_guarded(self, guard: impl FnOnce(Router) -> Router) -> Router {
        let app = self.app;
        let pages = pages(app.dev);
        let routes = Router::new()
            .merge(pages.clone())
            .nest("/en", pages)
            .merge(api::routes())
            .route("/assets/{file}", get(download::asset))
            .route("/giao-dien", get(pages::theme::get))
            .fallback(error::no_such_page)
            .method_not_allowed_fallback(web::wrong_method)
            .with_state(Arc::clone(&app));
        let pages_of_errors = axum::middleware::from_fn_with_state(app, error::render);
        // One layer of three, the first one outermost: the router would put each of three into a box of its own, and open it in every request.
        guard(routes).layer((CompressionLayer::new(), pages_of_errors, CatchPanicLayer::custom(web::on_panic)))
    }
}

/// Addresses of the pages that exist in both languages, without a language prefix. Tests call each of them.
pub const PAGE_ROUTES: &[&str] = &[
    "/",
    "/xep-hang",
    "/xep-hang/{index}",
    "/xep-hang/{index}/{year}",
    "/ho-so",
    "/ho-so/{unit}",
    "/so-sanh",
    "/phuong-phap",
    "/phuong-phap/{index}/{year}",
    "/tu-dau/{index}/{year}/{unit}/{node}",
    "/thay-doi/{index}/{unit}",
    "/gia-dinh/{index}/{year}/{unit}",
    "/don-vi",
    "/don-vi/{unit}",
    "/tim",
    "/api",
    "/tro-giup",
    "/tro-giup/{page}",
];

fn pages(dev: bool) -> Router<App> {
    let mut router = Router::new()
        .route("/", get(pages::home::get))
        .route("/xep-hang", get(pages::ranking::all))
        .route("/xep-hang/{index}", get(pages::ranking::newest))
        .route("/xep-hang/{index}/{year}", get(pages::ranking::get))
        .route("/ho-so", get(pages::profile::choose))
        .route("/ho-so/{unit}", get(pages::profile::get))
        .route("/so-sanh", get(pages::compare::get))
        .route("/so-sanh.xlsx", get(pages::compare::download))
        .route("/so-sanh.csv", get(pages::compare::download))
        .route("/so-sanh.json", get(pages::compare::download))
        .route("/phuong-phap", get(pages::method::all))
        .route("/phuong-phap/{index}/{year}", get(pages::method::get))
        .route("/tu-dau/{index}/{year}/{unit}/{node}", get(pages::origin::get))
        .route("/thay-doi/{index}/{unit}", get(pages::change::get))
        .route("/gia-dinh/{index}/{year}/{unit}", get(pages::what_if::get))
        .route("/don-vi", get(pages::units::get))
        .route("/don-vi.xlsx", get(pages::units::download))
        .route("/don-vi.csv", get(pages::units::download))
        .route("/phuong-phap.xlsx", get(pages::method::download))
        .route("/phuong-phap.csv", get(pages::method::download))
        .route("/tim.xlsx", get(pages::search::download))
        .route("/tim.csv", get(pages::search::download))
        .route("/don-vi/{unit}", get(pages::unit::get))
        .route("/tim", get(pages::search::get))
        .route("/api", get(pages::api_page::get))
        .route("/tro-giup", get(pages::help::contents))
        .route("/tro-giup/{page}", get(pages::help::get));
    if dev {
        router = router.route("/phat-trien/bo-phan", get(pages::developer::parts));
    }
    router
}
