//! The commands.

mod backup;
mod backups;
pub(crate) mod catalogue;
mod check;
pub(crate) mod evaluation;
pub(crate) mod index;
mod reference;
mod serve;
pub(crate) mod survey;
pub(crate) mod tables;
pub(crate) mod units;
pub(crate) mod user;
mod worker;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use composite_index::Definition;
use platform::files::{FileError, FilePlace, FileStore};
use platform::{Db, Migrations, migrate};
use registry::catalogue::CatalogueFiles;
use registry::load::{Loaded, load};
use registry::store;

use crate::output::Failure;
use crate::say;
use crate::settings::{Cli, Command, Common, Secret};

pub(crate) async fn run(cli: Cli) -> Result<(), Failure> {
    let Cli { common, command } = cli;
    match command {
        Command::Serve(mut args) => {
            let common = common.with_file_and_server(&mut args)?;
            serve::run(&common, &args).await
        }
        Command::Check { backup: Some(file), opening, .. } => backup::check(&common.with_file()?, &file, &opening),
        Command::Check { backup: None, history_since, opening } => {
            check::run(&common.with_file()?, history_since.as_deref(), &opening).await
        }
        Command::Backup { file, mut sealing } => {
            let common = common.with_file_and_sealing(&mut sealing)?;
            backup::make(&common, &file, &sealing).await
        }
        Command::Restore { file, opening } => backup::restore(&common.with_file()?, &file, &opening).await,
        Command::Identity { file } => backup::identity(&common, &file),
        Command::Catalogue(command) => catalogue::run(&common.with_file()?, command).await,
        Command::Units(command) => units::run(&common.with_file()?, command).await,
        Command::Index(command) => index::run(&common.with_file()?, command).await,
        Command::User(command) => user::run(&common.with_file()?, command).await,
        Command::Evaluation(command) => evaluation::run(&common.with_file()?, command).await,
        Command::Survey(command) => survey::run(common.with_file()?.lang(), *command),
        Command::Worker(args) => {
            let mut args = args.into_served();
            let common = common.with_file_and_server(&mut args)?;
            worker::run(&common, &args).await
        }
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
        let db = self.open_migrated(demo).await?;
        self.load(&db, demo).await?;
        Ok(db)
    }

    /// Looking must not change anything: an absent database is told, not made.
    pub(crate) fn refuse_absent_database(&self) -> Result<(), Failure> {
        if self.has_database() {
            return Ok(());
        }
        Err(Failure::failed(say::no_database(self.lang(), &self.folder(false).join("cchc.db"))))
    }

    /// True where a database was named, or lies in the data folder.
    pub(crate) fn has_database(&self) -> bool {
        self.database.is_some() || self.folder(false).join("cchc.db").exists()
    }

    /// Opens a database of the catalogue in a folder that goes away with it.
    pub(crate) async fn open_passing(&self, folder: &std::path::Path) -> Result<Db, Failure> {
        let db = Db::open_folder(folder).await.map_err(|error| Failure::failed(say::open(self.lang(), &error)))?;
        migrate(&db, Migrations::All).await.map_err(|error| Failure::failed(say::open(self.lang(), &error)))?;
        self.load(&db, false).await?;
        Ok(db)
    }

    /// Where the evidence files are. An own setting, or `files` in the data folder.
    fn file_place(&self, demo: bool) -> Result<FilePlace, Failure> {
        let folder = self.folder(demo);
        let Some(address) = &self.files else { return Ok(FilePlace::Folder(folder.join("files"))) };
        let place = FilePlace::read(address, folder.join("files-on-the-way"));
        let mut place = place.map_err(|error| Failure::bad_input(say::files(self.lang(), &error)))?;
        if let FilePlace::S3(place) = &mut place {
            place.endpoint = self.files_endpoint.clone();
            place.region = self.files_region.clone();
            place.access_key = self.files_access_key.clone();
            place.secret_key = self.files_secret_key.as_ref().map(Secret::to_secret_string);
        }
        Ok(place)
    }

    /// Opens the file store; its folder is made where it is missing.
    pub(crate) async fn file_store(&self, demo: bool) -> Result<FileStore, Failure> {
        FileStore::open(self.file_place(demo)?).await.map_err(|error| match error {
            FileError::NotSet { .. } | FileError::Address { .. } => Failure::bad_input(say::files(self.lang(), &error)),
            _ => Failure::failed(say::files(self.lang(), &error)),
        })
    }

    /// Opens the file store of an installation, and makes nothing: without a setting and without a folder there is none.
    pub(crate) async fn file_store_if_there(&self, demo: bool) -> Result<Option<FileStore>, Failure> {
        if let FilePlace::Folder(folder) = self.file_place(demo)?
            && let Err(source) = std::fs::metadata(&folder)
        {
            if self.files.is_none() {
                return Ok(None);
            }
            // A folder that was named and is not there is a drive that is not mounted.
            return Err(Failure::failed(say::unreadable(self.lang(), &folder, &source)));
        }
        self.file_store(demo).await.map(Some)
    }

    /// The same for commands that look at an installation: one that was filled for demonstration stays so. Tells which it is.
    pub(crate) async fn open_kept(&self) -> Result<(Db, bool), Failure> {
        let db = self.open_migrated(false).await?;
        let demo = self.holds_demo(&db).await?;
        self.load(&db, demo).await?;
        Ok((db, demo))
    }

    /// True where the database was filled for demonstration.
    pub(crate) async fn holds_demo(&self, db: &Db) -> Result<bool, Failure> {
        let refuse = |error| Failure::failed(say::db(self.lang(), &error));
        let mut read = db.read().await.map_err(refuse)?;
        let state = store::catalogue_state(read.conn()).await.map_err(refuse)?;
        Ok(state.is_some_and(|state| state.part == CatalogueFiles::Demo.part()))
    }

    async fn open_migrated(&self, demo: bool) -> Result<Db, Failure> {
        let db = self.open_only(demo).await?;
        migrate(&db, Migrations::All).await.map_err(|error| Failure::failed(say::open(self.lang(), &error)))?;
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
