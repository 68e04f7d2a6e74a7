//! What a backup must hold, what may go, what is missing, what waits to be read.

use evidence::{ByteVerdict, TextState, Trouble, read_waiting, referenced_files, remove_unreferenced, troubles};
use futures_util::stream;

use crate::in_both;
use crate::room::{officer, sample};

in_both! {
    async fn every_file_of_a_row_is_referenced_and_others_go_after_a_time(room) {
        room.add(&officer("so"), "so", "Một", "a.pdf", &sample("scan.pdf")).await;
        let stray = stream::iter([Ok::<_, std::io::Error>(bytes::Bytes::from_static(b"nobody's"))]);
        room.evidence.files.put(stray, 100).await.unwrap();
        let mut read = room.evidence.db.read().await.unwrap();
        assert_eq!(referenced_files(read.conn()).await.unwrap().len(), 1);
        drop(read);
        let removed = remove_unreferenced(&room.evidence, "2000-01-01T00:00:00Z".parse().unwrap()).await.unwrap();
        assert_eq!((removed.files, room.stored().await), (0, 2), "a file that came lately may wait for its row");
        let removed = remove_unreferenced(&room.evidence, "2099-01-01T00:00:00Z".parse().unwrap()).await.unwrap();
        assert_eq!((removed.files, room.stored().await), (1, 1));
    }

    async fn an_empty_database_takes_nothing_away(room) {
        let stray = stream::iter([Ok::<_, std::io::Error>(bytes::Bytes::from_static(b"of another database"))]);
        room.evidence.files.put(stray, 100).await.unwrap();
        let removed = remove_unreferenced(&room.evidence, "2099-01-01T00:00:00Z".parse().unwrap()).await.unwrap();
        assert_eq!((removed.files, room.stored().await), (0, 1));
    }

    async fn a_missing_file_and_one_of_another_size_are_told(room) {
        let one = room.add(&officer("so"), "so", "Còn", "a.pdf", &sample("scan.pdf")).await;
        let two = room.add(&officer("so"), "so", "Mất", "b.pdf", &sample("packed.pdf")).await;
        let mut read = room.evidence.db.read().await.unwrap();
        assert_eq!(troubles(read.conn(), &room.evidence.files).await.unwrap(), (2, Vec::new()));
        drop(read);
        // Bytes of the same number that are others; put back again they are whole.
        if room.turn_bytes_around(&room.newest(&one).await.sha256) {
            let mut read = room.evidence.db.read().await.unwrap();
            let (_, found) = troubles(read.conn(), &room.evidence.files).await.unwrap();
            drop(read);
            assert_eq!(found.iter().map(|one| one.trouble).collect::<Vec<_>>(), [Trouble::Changed]);
            assert!(room.turn_bytes_around(&room.newest(&one).await.sha256));
        }
        room.execute(&format!("UPDATE evidence_file SET sha256 = '{}' WHERE evidence = '{two}'", "a".repeat(64))).await;
        room.execute(&format!("UPDATE evidence_file SET size = 7 WHERE evidence = '{one}'")).await;
        let mut read = room.evidence.db.read().await.unwrap();
        let (count, found) = troubles(read.conn(), &room.evidence.files).await.unwrap();
        assert_eq!((count, found.len()), (2, 2));
        let of = |key: &str| found.iter().find(|found| found.evidence == key).unwrap().trouble;
        assert_eq!(of(&two), Trouble::Missing);
        assert_eq!(of(&one), Trouble::OtherSize { found: sample("scan.pdf").len() as u64 });
    }

    async fn files_that_wait_are_read_once_and_missing_ones_hold_nobody_up(room) {
        let key = room.add(&officer("so"), "so", "Chờ", "a.pdf", &sample("signed/rsa.pdf")).await;
        let lost = room.add(&officer("so"), "so", "Mất", "b.pdf", &sample("packed.pdf")).await;
        room.execute("UPDATE evidence_file SET text_state = 'waiting', signatures = '[]', pages = NULL").await;
        room.execute("DELETE FROM evidence_text").await;
        room.execute(&format!("UPDATE evidence_file SET sha256 = '{}' WHERE evidence = '{lost}'", "0".repeat(64))).await;
        assert_eq!(read_waiting(&room.evidence, 10).await.unwrap(), 1);
        let file = room.newest(&key).await;
        assert_ne!(file.text_state, TextState::Waiting);
        assert_eq!(file.signatures.iter().map(|found| found.verdict).collect::<Vec<_>>(), [ByteVerdict::Whole]);
        assert_eq!(room.newest(&lost).await.text_state, TextState::Waiting);
        assert_eq!(read_waiting(&room.evidence, 10).await.unwrap(), 0);
    }
}
