//! The units of today in memory: names and lineages are asked for in every request. Beside them lies what others read of the same registry.

use std::any::{Any, TypeId};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use accounts::{Lineage, Reach};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use platform::{Db, DbError};
use registry::store;
use registry::{Level, UnitVersion};

/// How long another process' change of the registry may stay unseen.
const LOOK_AGAIN: TimeDelta = TimeDelta::seconds(5);
/// Things on a shelf; with more, it is cleared.
const ROOM: usize = 1000;

/// A unit of today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitName {
    /// Its key.
    pub unit: String,
    /// Full name.
    pub name: String,
    /// Short name.
    pub short_name: String,
    /// Level.
    pub level: Level,
    /// The unit above.
    pub parent: Option<String>,
}

/// The units of one day as the registry of one revision has them.
#[derive(Debug, Default)]
struct Index {
    /// By key.
    units: BTreeMap<String, UnitName>,
    /// Keys below each unit, in Vietnamese order.
    below: BTreeMap<String, Vec<String>>,
}

#[derive(Debug, Default)]
struct Today {
    day: NaiveDate,
    revision: i64,
    looked_at: DateTime<Utc>,
    index: Arc<Index>,
    shelf: Shelf,
}

type Thing = Arc<dyn Any + Send + Sync>;

/// What was read of the registry of one revision, by kind and key. Of a registry that changed there is another shelf: take it before reading what
/// is to be put on it, and ask for a new one in each request. What depends on more than the registry does not belong here.
#[derive(Debug, Clone, Default)]
pub struct Shelf(Arc<Mutex<BTreeMap<(TypeId, String), Thing>>>);

impl Shelf {
    /// What lies there.
    #[must_use]
    pub fn get<T: Any + Send + Sync>(&self, key: &str) -> Option<Arc<T>> {
        let things = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(things.get(&(TypeId::of::<T>(), key.to_owned()))?).downcast().ok()
    }

    /// Puts something there.
    pub fn put<T: Any + Send + Sync>(&self, key: &str, thing: Arc<T>) {
        let mut things = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if things.len() >= ROOM {
            things.clear();
        }
        things.insert((TypeId::of::<T>(), key.to_owned()), thing);
    }
}

impl std::ops::Deref for Today {
    type Target = Index;

    fn deref(&self) -> &Index {
        &self.index
    }
}

/// The units of today. Cloning shares them.
#[derive(Debug, Clone, Default)]
pub struct UnitTree {
    today: Arc<RwLock<Arc<Today>>>,
    /// Held by the one request that looks; the others go on with what is known.
    looking: Arc<tokio::sync::Mutex<()>>,
}

impl UnitTree {
    /// Reads the units again when the day or the registry has changed.
    ///
    /// # Errors
    /// When the database does not answer; what was read before stays.
    pub async fn refresh(&self, db: &Db, now: DateTime<Utc>) -> Result<(), DbError> {
        let day = platform::day_in_viet_nam(now);
        let is_fresh = |held: &Today| held.day == day && now < held.looked_at + LOOK_AGAIN && held.looked_at <= now;
        let held = self.held();
        if is_fresh(&held) {
            return Ok(());
        }
        let _looking = match self.looking.try_lock() {
            Ok(looking) => looking,
            Err(_) if held.day == day && !held.units.is_empty() => return Ok(()),
            Err(_) => self.looking.lock().await,
        };
        let held = self.held();
        if is_fresh(&held) {
            return Ok(());
        }
        let mut read = db.read().await?;
        let revision = store::revision(read.conn()).await?;
        let shelf = if held.revision == revision { held.shelf.clone() } else { Shelf::default() };
        let index = if held.day == day && held.revision == revision && !held.units.is_empty() {
            Arc::clone(&held.index)
        } else {
            Arc::new(indexed(store::all_units_at(read.conn(), day).await?))
        };
        drop(read);
        let fresh = Arc::new(Today { day, revision, looked_at: now, index, shelf });
        *self.today.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }

    fn held(&self) -> Arc<Today> {
        Arc::clone(&self.today.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The shelf of the registry as it is known; a change by another process comes as late as that of a unit, after five seconds.
    #[must_use]
    pub fn shelf(&self) -> Shelf {
        self.held().shelf.clone()
    }

    /// A unit that exists today.
    #[must_use]
    pub fn get(&self, unit: &str) -> Option<UnitName> {
        self.held().units.get(unit).cloned()
    }

    /// Short name of a unit; its key when it does not exist today.
    #[must_use]
    pub fn short_name(&self, unit: &str) -> String {
        self.get(unit).map_or_else(|| unit.to_owned(), |found| found.short_name)
    }

    /// Name of a unit; its key when it does not exist today.
    #[must_use]
    pub fn name(&self, unit: &str) -> String {
        self.get(unit).map_or_else(|| unit.to_owned(), |found| found.name)
    }

    /// How a list names a unit: with the unit above it, as many communes share a name.
    #[must_use]
    pub fn label(&self, unit: &UnitName) -> String {
        match unit.parent.as_deref().filter(|_| unit.level == Level::Commune) {
            Some(parent) => format!("{} – {}", unit.name, self.short_name(parent)),
            None => unit.name.clone(),
        }
    }

    /// The key of the one unit that a list names so, with or without tone marks; absent when there is none or more than one.
    #[must_use]
    pub fn by_label(&self, label: &str) -> Option<String> {
        self.by_label_below(label, None)
    }

    /// The same among the units below one: names are given twice in the country, and seldom in a province.
    #[must_use]
    pub fn by_label_below(&self, label: &str, above: Option<&str>) -> Option<String> {
        let held = self.held();
        let key = viet_text::fold(label);
        if key.is_empty() {
            return None;
        }
        let is_below = |unit: &UnitName| match above {
            Some(above) => self.lineage(&unit.unit).is_some_and(|lineage| lineage.units().iter().any(|one| one == above)),
            None => true,
        };
        let is_named = |unit: &UnitName| viet_text::fold(&self.label(unit)) == key || viet_text::fold(&unit.name) == key;
        let mut found = held.units.values().filter(|unit| is_named(unit) && is_below(unit));
        let first = found.next()?;
        found.next().is_none().then(|| first.unit.clone())
    }

    /// Every unit that exists today.
    #[must_use]
    pub fn all(&self) -> Vec<UnitName> {
        self.held().units.values().cloned().collect()
    }

    /// A unit that exists today with all units above it.
    #[must_use]
    pub fn lineage(&self, unit: &str) -> Option<Lineage> {
        let held = self.held();
        let mut units = Vec::new();
        let mut next = held.units.get(unit);
        while let Some(found) = next {
            // The test over the catalogue knows no circle; one that came another way ends here.
            if units.len() > 16 {
                break;
            }
            units.push(found.unit.clone());
            next = found.parent.as_deref().and_then(|parent| held.units.get(parent));
        }
        (!units.is_empty()).then(|| Lineage::new(units))
    }

    /// The units directly below a unit, in Vietnamese order.
    #[must_use]
    pub fn below(&self, unit: &str) -> Vec<UnitName> {
        let held = self.held();
        held.below.get(unit).into_iter().flatten().filter_map(|key| held.units.get(key).cloned()).collect()
    }

    /// All units within reaches: each unit with its reach, without repetition, in the order of the tree.
    #[must_use]
    pub fn within(&self, scope: &[(&str, Reach)]) -> Vec<UnitName> {
        let held = self.held();
        let mut found: Vec<UnitName> = Vec::new();
        let mut seen = std::collections::BTreeSet::new();
        for (unit, reach) in scope {
            let mut open = vec![(*unit).to_owned()];
            while let Some(key) = open.pop() {
                let Some(here) = held.units.get(&key) else { continue };
                if seen.insert(key.clone()) {
                    found.push(here.clone());
                }
                if *reach == Reach::Subtree {
                    open.extend(held.below.get(&key).into_iter().flatten().rev().cloned());
                }
            }
        }
        found
    }
}

fn indexed(versions: Vec<UnitVersion>) -> Index {
    let mut below: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut units = BTreeMap::new();
    for version in versions {
        if let Some(parent) = &version.parent {
            below.entry(parent.clone()).or_default().push(version.unit.clone());
        }
        let name = UnitName {
            unit: version.unit.clone(),
            name: version.name,
            short_name: version.short_name,
            level: version.level,
            parent: version.parent,
        };
        units.insert(version.unit, name);
    }
    Index { units, below }
}
