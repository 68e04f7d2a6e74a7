//! Every fault and doubt has words in both languages.

use criteria_annex::{AnnexFault, Doubt, Reason, RowFault, Warning};
use ui::Lang;

#[test]
fn names_are_stable_words() {
    for codes in [AnnexFault::CODES, Reason::CODES, Doubt::CODES] {
        let mut sorted = codes.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(sorted.len(), codes.len());
        assert!(codes.iter().all(|code| code.bytes().all(|sign| sign.is_ascii_lowercase() || sign == b'-')));
    }
}

#[test]
fn faults_and_doubts_are_told_in_both_languages() {
    let fault = RowFault { row: 12, cells: vec![], code: None, reason: Reason::DuplicateCode { code: "1.2".into(), first: 9 } };
    assert_eq!(fault.words(Lang::Vi), "Dòng 12: Mã 1.2 đã có ở dòng 9.");
    assert_eq!(fault.words(Lang::En), "Row 12: Row 9 has the code 1.2 already.");
    let warning = Warning {
        row: 1_204,
        code: Some("1.1".into()),
        doubt: Doubt::SumDiffers { stated: "5".parse().unwrap(), sum: "4.50".parse().unwrap(), parts: vec![5, 6] },
    };
    assert_eq!(warning.words(Lang::Vi), "Dòng 1.204 (1.1): Điểm tối đa ghi 5, nhưng các dòng con (5, 6) cộng lại được 4,5.");
    assert_eq!(warning.words(Lang::En), "Row 1,204 (1.1): The maximum is 5, but its parts (rows 5, 6) add up to 4.5.");
    let gap = Doubt::Gap { from: Some("89".parse().unwrap()), to: Some("90".parse().unwrap()) };
    assert_eq!(gap.words(Lang::Vi), "Không mức nào có các giá trị từ 89 đến 90.");
    assert_eq!(AnnexFault::TooManyRows { limit: 20_000 }.words(Lang::Vi), "Số dòng vượt mức cho phép (20.000).");
}
