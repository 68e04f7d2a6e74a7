//! The commands.

pub(crate) mod catalogue;
mod check;
pub(crate) mod index;
mod reference;
mod serve;
pub(crate) mod units;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use composite_index::Definition;
use platform::{Db, Migrations, migrate};
use registry::catalogue::CatalogueFiles;
use registry::load::{Loaded, load};

use crate::output::Failure;
use crate::say;
use crate::settings::{Cli, Command, Common};

pub(crate) async fn run(cli: Cli) -> Result<(), Failure> {
    let Cli { common, command } = cli;
    match command {
        Command::Serve(mut args) => {
            let common = common.with_file(Some(&mut args))?;
            serve::run(&common, &args).await
        }
        Command::Check => check::run(&common.with_file(None)?).await,
        Command::Catalogue(command) => catalogue::run(&common.with_file(None)?, command).await,
        Command::Units(command) => units::run(&common.with_file(None)?, command).await,
        Command::Index(command) => index::run(&common.with_file(None)?, command).await,
        Command::Reference => reference::run(common.lang()),
    }
}

/// The clock; nothing below the binary reads it.
#[expect(clippy::disallowed_methods, reason = "the binary is the one place that reads the clock")]
pub(crate) fn now() -> DateTime<Utc> {
    Utc::now()
}

/// Today in Viet Nam (UTC+7, no summer time).
pub(crate) fn today() -> chrono::NaiveDate {
    (now() + chrono::TimeDelta::hours(7)).date_naive()
}

impl Common {
    pub(crate) fn files(&self, demo: bool) -> CatalogueFiles {
        let embedded = if demo { CatalogueFiles::Demo } else { CatalogueFiles::Embedded };
        self.catalogue.clone().map_or(embedded, CatalogueFiles::Folder)
    }

    pub(crate) fn definitions(&self, demo: bool) -> Result<Vec<Arc<Definition>>, Failure> {
        self.files(demo).definitions().map_err(|faults| Failure::bad_input(say::catalogue_faults(self.lang(), &faults)))
    }

    /// Opens the database, brings it up to date and loads the catalogue.
    pub(crate) async fn open(&self, demo: bool) -> Result<Db, Failure> {
        let db = self.open_only(demo).await?;
        let refuse = |error| Failure::failed(say::open(self.lang(), &error));
        migrate(&db, Migrations::All).await.map_err(refuse)?;
        self.load(&db, demo).await?;
        Ok(db)
    }

    pub(crate) async fn open_only(&self, demo: bool) -> Result<Db, Failure> {
        let opened = match &self.database {
            Some(address) => Db::open_address(address).await,
            None => Db::open_folder(&self.folder(demo)).await,
        };
        opened.map_err(|error| Failure::failed(say::open(self.lang(), &error)))
    }

    pub(crate) async fn load(&self, db: &Db, demo: bool) -> Result<Loaded, Failure> {
        load(db, &self.files(demo), now()).await.map_err(|error| match error {
            registry::load::LoadError::Faults(faults) => Failure::bad_input(say::catalogue_faults(self.lang(), &faults)),
            registry::load::LoadError::Db(error) => Failure::failed(say::db(self.lang(), &error)),
        })
    }
}
