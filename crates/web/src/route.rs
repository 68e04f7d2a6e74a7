//! Routes as a list, so that a test can call every one of them as nobody, as the wrong unit and as the wrong role.
//! The guard of a route is asked at its door; whose thing it is, is asked again where the act happens.

use std::sync::Arc;

use accounts::policy::{Action, Thing};
use axum::Router;
use axum::extract::{FromRequestParts as _, Request, State};
use axum::handler::Handler;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{MethodRouter, get, post};
use tower_http::catch_panic::CatchPanicLayer;

use crate::{App, Problem, Signed, problem};

/// Who may open a route at all. What is shown or done there is asked again where it is shown or done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guard {
    /// Everybody: signing in.
    Open,
    /// Whoever is signed in.
    Signed,
    /// Whoever may do this to such a thing somewhere.
    May(Action, Thing),
}

/// A route of the working area.
#[derive(Debug, Clone)]
pub struct Route {
    /// Path without language prefix, with `{names}`.
    pub path: &'static str,
    /// Methods that it takes.
    pub methods: &'static [&'static str],
    /// Who may open it.
    pub guard: Guard,
    /// Who may send something to it.
    pub sending: Guard,
    handler: MethodRouter<App>,
}

impl Route {
    /// A page.
    pub fn page<H, T>(path: &'static str, guard: Guard, shown: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        Self { path, methods: &["GET"], guard, sending: guard, handler: get(shown) }
    }

    /// A page with a form.
    pub fn form<H, T, J, U>(path: &'static str, guard: Guard, shown: H, sent: J) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
        J: Handler<U, App>,
        U: 'static,
    {
        Self { path, methods: &["GET", "POST"], guard, sending: guard, handler: get(shown).post(sent) }
    }

    /// An act without a page of its own.
    pub fn act<H, T>(path: &'static str, guard: Guard, sent: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        Self { path, methods: &["POST"], guard, sending: guard, handler: post(sent) }
    }

    /// A route below another path or with another body limit: the handler as it is.
    pub fn of(path: &'static str, methods: &'static [&'static str], guard: Guard, handler: MethodRouter<App>) -> Self {
        Self { path, methods, guard, sending: guard, handler }
    }

    /// A route that fewer people may send something to than may open it.
    #[must_use]
    pub fn sending(self, sending: Guard) -> Self {
        Self { sending, ..self }
    }

    /// Who may use it with a method.
    #[must_use]
    pub fn guard_of(&self, method: &str) -> Guard {
        if ["GET", "HEAD"].contains(&method) { self.guard } else { self.sending }
    }
}

/// Every route in Vietnamese and below `/en` in English, with errors as pages.
pub fn router(app: &App, routes: Vec<Route>) -> Router {
    let mut pages: Router<App> = Router::new();
    for route in routes {
        let door = Door { app: Arc::clone(app), guard: route.guard, sending: route.sending };
        let handler = route.handler.layer(from_fn_with_state(door, at_the_door));
        pages = pages.route(route.path, handler.fallback(problem::wrong_method));
    }
    Router::new()
        .merge(pages.clone())
        .nest("/en", pages)
        // The first one outermost.
        .layer((from_fn_with_state(Arc::clone(app), problem::render), CatchPanicLayer::custom(problem::on_panic)))
        .with_state(Arc::clone(app))
}

#[derive(Clone)]
struct Door {
    app: App,
    guard: Guard,
    sending: Guard,
}

/// Turns away whoever may do this nowhere. Whoever is not signed in goes on: the page tells them so, and keeps what they typed.
async fn at_the_door(State(door): State<Door>, request: Request, next: Next) -> Response {
    let Guard::May(action, thing) = (if request.method().is_safe() { door.guard } else { door.sending }) else {
        return next.run(request).await;
    };
    let (mut parts, body) = request.into_parts();
    match Signed::from_request_parts(&mut parts, &door.app).await {
        Ok(mut signed) => {
            if let Err(denied) = signed.principal().must_somewhere(action, thing) {
                return Problem::from(denied).into_response();
            }
            signed.actor = signed.actor.doing(action, thing);
            // Looked up once for each request.
            parts.extensions.insert(signed);
        }
        Err(Problem::SignIn { .. }) => {}
        Err(other) => return other.into_response(),
    }
    next.run(Request::from_parts(parts, body)).await
}
