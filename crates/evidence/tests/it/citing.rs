//! Uses, and what a lock keeps as it is.

use accounts::Denied;
use accounts::policy::Role;
use evidence::{EvidenceError, NewUse, Use, add_version, change, cite, uncite, uses_of_things, withdraw};
use platform::history::record;

use crate::in_both;
use crate::room::{Room, about, head, officer, person, sample, upload};

fn new<'a>(evidence: &'a str, thing: &'a str) -> NewUse<'a> {
    NewUse { kind: "figure", thing, evidence, position: None, cited: Some("trang 2, mục 1".to_owned()) }
}

async fn cited(room: &Room, by: &accounts::Actor, new: &NewUse<'_>) -> Result<(), EvidenceError> {
    let mut write = room.evidence.db.write().await.unwrap();
    let event = cite(&room.evidence, write.conn(), by, new).await?;
    record(write.conn(), &by.source, by.now, &[event]).await.unwrap();
    write.commit().await.unwrap();
    Ok(())
}

async fn uncited(room: &Room, by: &accounts::Actor, prefix: &str, key: &str) -> Result<(), EvidenceError> {
    let mut write = room.evidence.db.write().await.unwrap();
    let event = uncite(write.conn(), "figure", prefix, key).await?;
    record(write.conn(), &by.source, by.now, &[event]).await.unwrap();
    write.commit().await.unwrap();
    Ok(())
}

async fn of(room: &Room, prefix: &str) -> Vec<Use> {
    let mut read = room.evidence.db.read().await.unwrap();
    uses_of_things(read.conn(), "figure", prefix).await.unwrap()
}

in_both! {
    async fn one_file_serves_many_figures_and_one_figure_has_many_files(room) {
        let by = officer("so");
        let one = room.add(&by, "so", "Một", "a.pdf", &sample("scan.pdf")).await;
        let two = room.add(&by, "so", "Hai", "b.pdf", &sample("packed.pdf")).await;
        for (piece, thing) in [(&one, "c1/so/i1"), (&one, "c1/so/i2"), (&one, "c2/so/i1"), (&two, "c1/so/i1")] {
            cited(&room, &by, &new(piece, thing)).await.unwrap();
        }
        assert_eq!(room.whole(&one).await.uses.len(), 3);
        let found: Vec<(String, String)> = of(&room, "c1/so/").await.into_iter().map(|found| (found.thing, found.title)).collect();
        let wanted = [("c1/so/i1", "Một"), ("c1/so/i1", "Hai"), ("c1/so/i2", "Một")];
        assert_eq!(found, wanted.map(|(thing, title)| (thing.to_owned(), title.to_owned())));
        let again = cited(&room, &by, &new(&one, "c1/so/i1")).await;
        assert!(matches!(again, Err(EvidenceError::CitedAlready)), "{again:?}");
        let elsewhere = NewUse { cited: Some("trang 7".to_owned()), ..new(&one, "c1/so/i1") };
        cited(&room, &by, &elsewhere).await.unwrap();
    }

    async fn records_of_other_units_are_not_mixed_in(room) {
        let by = officer("tinh");
        let one = room.add(&by, "tinh", "Một", "a.pdf", &sample("scan.pdf")).await;
        for thing in ["c1/so/i1", "c1/so-2/i1", "c1/so0/i1", "c10/so/i1"] {
            cited(&room, &by, &new(&one, thing)).await.unwrap();
        }
        assert_eq!(of(&room, "c1/so/").await.len(), 1);
        let other = &of(&room, "c1/so-2/").await[0].key;
        let outcome = uncited(&room, &by, "c1/so/", other).await;
        assert!(matches!(outcome, Err(EvidenceError::Denied(Denied::NotFound))), "a use of another unit cannot be ended: {outcome:?}");
    }

    async fn what_one_may_not_see_one_cannot_cite(room) {
        let one = room.add(&officer("so"), "so", "Một", "a.pdf", &sample("scan.pdf")).await;
        let outcome = cited(&room, &officer("xa"), &new(&one, "c1/xa/i1")).await;
        assert!(matches!(outcome, Err(EvidenceError::Denied(Denied::NotFound))), "{outcome:?}");
        let outcome = cited(&room, &officer("so"), &NewUse { position: Some(2), ..new(&one, "c1/so/i1") }).await;
        assert!(matches!(outcome, Err(EvidenceError::Denied(Denied::NotFound))), "there is no second version: {outcome:?}");
    }

    async fn a_use_that_is_not_locked_ends_and_is_remembered(room) {
        let by = officer("so");
        let one = room.add(&by, "so", "Một", "a.pdf", &sample("scan.pdf")).await;
        cited(&room, &by, &new(&one, "c1/so/i1")).await.unwrap();
        let found = of(&room, "c1/so/").await;
        assert_eq!(found[0].cited.as_deref(), Some("trang 2, mục 1"));
        uncited(&room, &by, "c1/so/", &found[0].key).await.unwrap();
        assert!(of(&room, "c1/so/").await.is_empty());
        assert_eq!(room.events(&one).await, ["made", "cited", "uncited"]);
    }

    async fn what_is_locked_cannot_change_in_any_way(room) {
        let by = person(Role::UnitHead, "tinh");
        let key = room.add(&by, "so", "Đã gửi", "a.pdf", &sample("document-libreoffice.pdf")).await;
        cited(&room, &by, &new(&key, "c1/so/i1")).await.unwrap();
        room.lock().await;
        let (before, bytes) = (room.whole(&key).await, room.newest(&key).await.sha256);
        let locked = |outcome: Result<(), EvidenceError>| assert!(matches!(outcome, Err(EvidenceError::Locked)), "{outcome:?}");
        locked(uncited(&room, &by, "c1/so/", &before.uses[0].key).await);
        locked(change(&room.evidence, &by, &key, 1, &about("Tên khác")).await);
        locked(withdraw(&room.evidence, &by, &key, "muốn bỏ").await);
        assert_eq!(room.whole(&key).await, before);
        // Another version is another file; the submission goes on citing its own.
        add_version(&room.evidence, &by, &key, None, upload("b.pdf", &sample("packed.pdf"))).await.unwrap();
        let after = room.whole(&key).await;
        assert_eq!((after.uses, after.files[1].sha256.as_str()), (before.uses, bytes.as_str()));
        // The clean-up and the database keep it, too.
        let removed = evidence::remove_unreferenced(&room.evidence, "2099-01-01T00:00:00Z".parse().unwrap()).await.unwrap();
        assert_eq!(removed.files, 0);
        room.evidence.files.verify(bytes.parse().unwrap()).await.unwrap();
        let mut write = room.evidence.db.write().await.unwrap();
        let delete = "DELETE FROM evidence_file WHERE position = 1";
        let refused = platform::on!(write.conn(), c => sqlx::query(delete).execute(&mut *c).await.map(drop));
        assert!(refused.is_err(), "the database refuses to lose the row of a file that is cited");
    }

    async fn withdrawing_marks_the_open_uses_and_closes_the_piece(room) {
        let by = head("so");
        let key = room.add(&by, "so", "Nhầm", "a.pdf", &sample("scan.pdf")).await;
        cited(&room, &by, &new(&key, "c1/so/i1")).await.unwrap();
        assert!(matches!(withdraw(&room.evidence, &by, &key, " ").await, Err(EvidenceError::NoReason)));
        withdraw(&room.evidence, &by, &key, "gửi nhầm tệp").await.unwrap();
        let uses = of(&room, "c1/so/").await;
        assert_eq!(uses.iter().map(|one| one.withdrawn).collect::<Vec<_>>(), [true], "the record says that it lost its file");
        let outcome = cited(&room, &by, &new(&key, "c1/so/i1")).await;
        assert!(matches!(outcome, Err(EvidenceError::Withdrawn)), "{outcome:?}");
        let outcome = change(&room.evidence, &by, &key, 2, &about("Sửa")).await;
        assert!(matches!(outcome, Err(EvidenceError::Withdrawn)), "{outcome:?}");
        assert_eq!(room.events(&key).await, ["made", "cited", "withdrawn"]);
    }
}
