//! Who is told what at which step of a collection, in the transaction of the step.

use accounts::policy::Role;
use accounts::{Actor, Lineage, holders};
use chrono::{DateTime, Utc};
use notices::{Kind, NewNotice, notify};
use platform::{Conn, DbError, World};
use web::UnitTree;

use crate::actions::Ground;
use crate::model::{Collection, CollectionUnit, Reopening};
use crate::store;

/// Those who enter a unit's figures and hand them in.
const OF_UNIT: [Role; 2] = [Role::UnitOfficer, Role::UnitHead];

/// A sentence in both languages, why, and what makes it the same.
pub(crate) struct Said {
    pub(crate) kind: Kind,
    pub(crate) vi: String,
    pub(crate) en: String,
    pub(crate) sameness: String,
    pub(crate) due_at: Option<DateTime<Utc>>,
}

/// What telling needs: the world and the names of units.
#[derive(Clone, Copy)]
pub(crate) struct Teller<'a> {
    pub(crate) world: &'a World,
    pub(crate) units: &'a UnitTree,
}

impl Teller<'_> {
    /// Tells everybody who enters for a unit or hands in, except whoever acts; answers how many are new.
    pub(crate) async fn unit(&self, mut conn: Conn<'_>, collection: &str, unit: &str, said: &Said, except: &str) -> Result<i64, DbError> {
        let alone = Lineage::new(vec![unit.to_owned()]);
        let people = holders(conn.reborrow(), &OF_UNIT, &alone, self.world.today()).await?;
        self.tell(conn, &people, format!("/lam-viec/so-lieu/{collection}/{unit}"), said, except).await
    }

    async fn tell(&self, mut conn: Conn<'_>, people: &[String], link: String, said: &Said, except: &str) -> Result<i64, DbError> {
        let mut count = 0;
        for account in people.iter().filter(|account| *account != except) {
            let new = NewNotice {
                account: account.clone(),
                kind: said.kind,
                sameness: said.sameness.clone(),
                text_vi: said.vi.clone(),
                text_en: said.en.clone(),
                link: link.clone(),
                due_at: said.due_at,
            };
            count += i64::from(notify(conn.reborrow(), self.world, &new).await?);
        }
        Ok(count)
    }
}

/// A collection was opened: its units are told.
pub(crate) async fn at_opening(mut conn: Conn<'_>, ground: Ground<'_>, actor: &Actor, collection: &Collection) -> Result<(), DbError> {
    let teller = Teller { world: ground.world, units: ground.units };
    for part in store::units(conn.reborrow(), &collection.key).await? {
        let (title, name) = (&collection.title, ground.units.name(&part.unit));
        let said = Said {
            kind: Kind::Assigned,
            vi: format!("{name} được giao nhập số liệu “{title}”."),
            en: format!("{name} is asked for figures: “{title}”."),
            // Opened again after it was closed, it is another opening.
            sameness: format!("collection/{}/{}/opened/{}", collection.key, part.unit, collection.version),
            due_at: Some(part.due_at(collection)),
        };
        teller.unit(conn.reborrow(), &collection.key, &part.unit, &said, actor.by()).await?;
    }
    Ok(())
}

/// A unit's figures took a step: whoever must act next is told. `part` is as it stands after the step, with the version before it.
pub(crate) async fn at_step(
    mut conn: Conn<'_>,
    ground: Ground<'_>,
    actor: &Actor,
    collection: &Collection,
    part: &CollectionUnit,
    step: &str,
) -> Result<(), DbError> {
    let (title, name) = (&collection.title, ground.units.name(&part.unit));
    let reason = part.reason.as_deref().unwrap_or_default();
    let (kind, vi, en) = match step {
        "submitted" => (
            Kind::ForApproval,
            format!("{name} đã gửi số liệu “{title}”, chờ duyệt."),
            format!("{name} handed in its figures for “{title}”; they wait for a decision."),
        ),
        "returned" => (
            Kind::Returned,
            format!("Số liệu “{title}” của {name} bị trả lại: {reason}"),
            format!("The figures of {name} for “{title}” were returned: {reason}"),
        ),
        "reopened" => (
            Kind::Assigned,
            format!("Số liệu “{title}” của {name} được mở lại: {reason}"),
            format!("The figures of {name} for “{title}” were opened again: {reason}"),
        ),
        _ => return Ok(()),
    };
    let due_at = (kind != Kind::ForApproval).then(|| part.due_at(collection));
    let said = Said { kind, vi, en, sameness: format!("collection/{}/{}/{step}/{}", collection.key, part.unit, part.version), due_at };
    let teller = Teller { world: ground.world, units: ground.units };
    if kind == Kind::ForApproval {
        let above = ground.units.lineage(&collection.owner).unwrap_or_else(|| Lineage::new(vec![collection.owner.clone()]));
        let people = holders(conn.reborrow(), &[Role::ReformOffice], &above, ground.world.today()).await?;
        let link = format!("/lam-viec/so-lieu/{}/{}", collection.key, part.unit);
        teller.tell(conn, &people, link, &said, actor.by()).await?;
    } else {
        teller.unit(conn, &collection.key, &part.unit, &said, actor.by()).await?;
    }
    Ok(())
}

/// A unit that is late asks for its figures to be opened again: the reform office is told, once for each day on which it asks.
pub(crate) async fn at_asking(
    mut conn: Conn<'_>,
    ground: Ground<'_>,
    actor: &Actor,
    collection: &Collection,
    part: &CollectionUnit,
    asked: &Reopening,
) -> Result<(), DbError> {
    let (title, name, reason) = (&collection.title, ground.units.name(&part.unit), &asked.reason);
    let said = Said {
        kind: Kind::ForApproval,
        vi: format!("{name} đề nghị mở lại số liệu “{title}” đã quá hạn: {reason}"),
        en: format!("{name} asks for its late figures for “{title}” to be opened again: {reason}"),
        sameness: format!("collection/{}/{}/reopening/{}/{}", collection.key, part.unit, part.version, actor.today()),
        due_at: None,
    };
    let above = ground.units.lineage(&collection.owner).unwrap_or_else(|| Lineage::new(vec![collection.owner.clone()]));
    let people = holders(conn.reborrow(), &[Role::ReformOffice], &above, ground.world.today()).await?;
    let teller = Teller { world: ground.world, units: ground.units };
    teller.tell(conn, &people, format!("/lam-viec/so-lieu/{}/{}", collection.key, part.unit), &said, actor.by()).await?;
    Ok(())
}
