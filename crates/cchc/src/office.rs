//! Puts the working area together: people and rights, the desk, and the capabilities.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use accounts::{Accounts, Hasher, Security};
use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use collection::CollectionTasks;
use desk::UpkeepTasks;
use evaluation::EvaluationTasks;
use platform::files::FileStore;
use platform::{Db, World};
use serving::{ClientAddress, RequestId};
use ui::Lang;
use web::{App, Caller, ConditionSource, Office, OfficeParts, Route};

use crate::commands::now;
use crate::output::Failure;
use crate::settings::ServeArgs;

/// Time and chance of the system.
pub(crate) fn world() -> World {
    World::new(now, |bytes| {
        // Without chance there are no secrets, and without secrets no work may be done.
        #[expect(
            clippy::expect_used,
            reason = "a system that has no random numbers cannot keep anything secret; stopping is the only safe answer"
        )]
        getrandom::fill(bytes).expect("the system gives random numbers");
    })
}

/// Passwords hashed at once: half the cores, so that the other half serves pages.
pub(crate) fn hasher() -> Hasher {
    Hasher::new(std::thread::available_parallelism().map_or(1, |cores| cores.get() / 2))
}

/// The working area of a running server.
pub(crate) fn office(
    lang: Lang,
    db: &Db,
    files: FileStore,
    args: &ServeArgs,
    security: Security,
    public_address: String,
    condition_source: Arc<dyn ConditionSource>,
) -> Result<App, Failure> {
    let mut nav = desk::first_nav();
    nav.extend(collection::nav());
    nav.extend(evaluation::nav());
    nav.extend(desk::evidence_nav());
    nav.extend(desk::last_nav());
    let single_sign_on = args.openid.single_sign_on(lang, &public_address)?;
    Ok(Arc::new(Office::new(OfficeParts {
        db: db.clone(),
        files,
        world: world(),
        security,
        hasher: hasher(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        owner: args.owner.clone(),
        demo: args.demo,
        secure: public_address.starts_with("https://"),
        public_address,
        mail: args.work.mail_host.is_some(),
        single_sign_on,
        nav,
        task_sources: vec![Arc::new(CollectionTasks), Arc::new(EvaluationTasks), Arc::new(UpkeepTasks)],
        condition_source,
    })))
}

/// Every route of the working area.
pub(crate) fn routes() -> Vec<Route> {
    let mut routes = desk::routes();
    routes.extend(collection::routes());
    routes.extend(evaluation::routes());
    routes
}

/// The working area as a router; it knows where a request comes from.
pub(crate) fn router(app: &App) -> Router {
    web::router(app, routes()).layer(from_fn(name_caller))
}

/// Hands what the server found about a request to the pages.
async fn name_caller(mut request: Request, next: Next) -> Response {
    let extensions = request.extensions();
    let caller = Caller {
        address: extensions.get::<ClientAddress>().map(|address| address.0.to_string()),
        request: extensions.get::<RequestId>().map(|id| id.as_str().to_owned()),
    };
    request.extensions_mut().insert(caller);
    next.run(request).await
}

/// Accounts without a server around them: for the command line.
pub(crate) async fn accounts(db: &Db, security: Security) -> Result<Accounts, platform::DbError> {
    let units = web::UnitTree::default();
    units.refresh(db, now()).await?;
    let tree = accounts::Tree::new(move |unit| units.lineage(unit));
    Ok(Accounts {
        db: db.clone(),
        world: world(),
        security,
        hasher: hasher(),
        tree,
        issuer: "cchc".to_owned(),
        // Nobody signs in at the command line; whether a made-up person may is for the server to say.
        made_up_people: accounts::MadeUpPeople::Admitted,
        questions: accounts::SessionQuestions::default(),
    })
}
