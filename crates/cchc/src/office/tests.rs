//! The working area as its people find it: every route, form and cookie, on both kinds of database, without a network.

mod client;
mod figures;
mod forms;
mod house;
mod people;
mod programs;
mod routes;
mod sign_in;
mod single_sign_on;

/// One test for each kind of database, named `name::on_sqlite` and `name::on_postgres`.
macro_rules! on_both {
    ($($(#[$meta:meta])* async fn $name:ident($house:ident: $made:ident) $body:block)+) => { $(
        $(#[$meta])*
        async fn $name($house: $made) $body

        mod $name {
            use $crate::office::tests::house::{House, Kind};

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                super::$name(House::of(Kind::Sqlite).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                super::$name(House::of(Kind::Postgres).await).await;
            }
        }
    )+ };
}
use on_both;
