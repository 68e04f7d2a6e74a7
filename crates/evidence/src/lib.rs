//! Evidence: pieces with their files as versions, their text for search, their signatures, and the records that cite them.
//!
//! A file is never changed: another content is another version with its own SHA-256. A use that was locked with a submission
//! keeps its file for good, and the piece it belongs to keeps its description and cannot be withdrawn.
//! What is uploaded is looked at before it enters the store; its row is written after the store has it whole.

mod acting;
mod citing;
mod error;
mod finding;
mod intake;
mod keeping;
mod model;
mod notes;
mod reading;
mod snippet;
mod store;

pub use acting::{add, add_once, add_version, change, withdraw};
pub use citing::{NewUse, cite, is_locked, uncite, uses_of_piece, uses_of_things};
pub use error::EvidenceError;
pub use finding::{Found, Hit, ListFilter, ListPage, Whole, list, pages, seen, version};
pub use intake::Upload;
pub use keeping::{FileTrouble, Trouble, referenced_files, remove_unreferenced, totals, troubles};
pub use model::{Description, EvidenceKind, FileVersion, PageLabel, PageText, Piece, State, TextState, Use};
pub use notes::{ByteVerdict, FileNote, SignatureNote};
pub use reading::read_waiting;
pub use snippet::Snippet;

use std::sync::Arc;

use accounts::Tree;
use file_reading::Policy;
use file_reading::signature::Trust;
use platform::files::FileStore;
use platform::{Db, World};
use tokio::sync::Semaphore;

/// Files of this size are read for text and signatures before the upload is answered, in bytes; larger ones afterwards.
const READ_AT_ONCE: u64 = 8 << 20;

/// Files that are held in memory at once, to be looked at or read: one, with what is unpacked of it. This bounds the memory of all uploads.
const AT_ONCE: usize = 1;

/// What acts on evidence need. Cloning shares it.
#[derive(Clone)]
pub struct Evidence {
    /// The database.
    pub db: Db,
    /// Time and chance.
    pub world: World,
    /// Where units stand in the tree today.
    pub tree: Tree,
    /// Where the files lie.
    pub files: FileStore,
    /// Which files are taken, and how large they may be.
    pub policy: Arc<Policy>,
    /// Whose signatures are trusted.
    pub trust: Arc<Trust>,
    turns: Arc<Semaphore>,
}

impl std::fmt::Debug for Evidence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Evidence").field("files", &self.files.name()).finish_non_exhaustive()
    }
}

impl Evidence {
    /// Evidence of an installation, with the usual policy and no trusted roots.
    #[must_use]
    pub fn new(db: Db, world: World, tree: Tree, files: FileStore) -> Self {
        let (policy, trust) = (Arc::new(Policy::evidence()), Arc::new(Trust::none()));
        Self { db, world, tree, files, policy, trust, turns: Arc::new(Semaphore::new(AT_ONCE)) }
    }
}
