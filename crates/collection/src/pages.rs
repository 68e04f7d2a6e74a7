//! One file for each page.

pub(crate) mod decide;
pub(crate) mod entry;
pub(crate) mod evidence;
pub(crate) mod exchange;
pub(crate) mod history;
pub(crate) mod list;
pub(crate) mod new;
pub(crate) mod overview;
