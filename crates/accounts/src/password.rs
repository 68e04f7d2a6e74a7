//! Which passwords are good enough.

use crate::security::Security;

/// The longest password that is taken, in characters. It is there so that nobody can keep the machine busy with hashing.
pub(crate) const LONGEST: usize = 200;

/// Guesses, as a power of ten, that the estimator must expect at least; below lie the most common passwords of leaked lists,
/// names, dates and keyboard runs.
const LEAST_GUESSES_LOG10: f64 = 7.0;

/// What is wrong with a new password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordFault {
    /// It has too few characters.
    TooShort {
        /// The least number.
        least: usize,
    },
    /// It has too many characters.
    TooLong {
        /// The greatest number.
        most: usize,
    },
    /// It is among the most common leaked passwords, or is guessed as fast as those.
    Common,
    /// It contains the sign-in name, the name or the mail address.
    OwnName,
    /// It was in use before.
    UsedBefore,
}

/// Everything that is wrong with a new password, but for its history.
#[must_use]
pub(crate) fn faults(password: &str, second_factor: bool, own: &[&str], security: &Security) -> Vec<PasswordFault> {
    let least = if second_factor { security.password_characters_with_second_factor } else { security.password_characters };
    let mut faults = Vec::new();
    let characters = password.chars().count();
    if characters < least {
        faults.push(PasswordFault::TooShort { least });
    }
    if characters > LONGEST {
        faults.push(PasswordFault::TooLong { most: LONGEST });
        return faults;
    }
    let folded = viet_text::fold(password).replace(' ', "");
    let own_keys: Vec<String> =
        own.iter().map(|word| viet_text::fold(word).replace(' ', "")).filter(|key| key.chars().count() >= 4).collect();
    if own_keys.iter().any(|key| folded.contains(key.as_str())) {
        faults.push(PasswordFault::OwnName);
    }
    let mut hints: Vec<&str> = VIETNAMESE.to_vec();
    hints.extend(own);
    // Without marks a Vietnamese password is guessed as one of plain letters. One that is mostly other signs is guessed as it is.
    let guessed = if folded.chars().count() * 2 > characters { folded.as_str() } else { password };
    if zxcvbn::zxcvbn(guessed, &hints).guesses_log10() < LEAST_GUESSES_LOG10 {
        faults.push(PasswordFault::Common);
    }
    // Of nothing one thing is to be said.
    if characters == 0 {
        faults.truncate(1);
    }
    faults
}

/// Words that Vietnamese passwords are often made of and the estimator's lists, made from English ones, do not know.
const VIETNAMESE: &[&str] = &[
    "matkhau",
    "mat khau",
    "anhyeuem",
    "emyeuanh",
    "yeuem",
    "yeuanh",
    "vietnam",
    "hanoi",
    "saigon",
    "haiphong",
    "danang",
    "hochiminh",
    "bacho",
    "cchc",
    "caicach",
    "hanhchinh",
    "caicachhanhchinh",
    "sonoivu",
    "noivu",
    "ubnd",
    "uyban",
    "congchuc",
    "quantri",
    "chaoban",
    "xinchao",
    "khongbiet",
    "batdau",
    "thanhcong",
    "hanhphuc",
    "giadinh",
    "conyeu",
    "tinhyeu",
    "nguyen",
    "nguyenvan",
    "tranvan",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn of(password: &str, second_factor: bool) -> Vec<PasswordFault> {
        faults(password, second_factor, &["nguyenvana", "Nguyễn Văn A", "a@example.vn"], &Security::default())
    }

    #[test]
    fn a_good_password_is_fourteen_signs_or_eight_with_a_second_factor() {
        assert_eq!(of("cây-bưởi-hai-mùa", false), []);
        assert_eq!(of("bưởi#27x", false), [PasswordFault::TooShort { least: 14 }]);
        assert_eq!(of("bưởi#27xq", true), []);
        assert!(of("x7#q", true).contains(&PasswordFault::TooShort { least: 8 }));
        assert_eq!(of(&"ă".repeat(201), false), [PasswordFault::TooLong { most: 200 }]);
    }

    #[test]
    fn common_and_own_words_are_refused() {
        for password in ["password123456", "12345678901234", "qwertyuiop1234", "matkhaumatkhau", "Mật khẩu mật khẩu", "anhyeuem123456"]
        {
            assert!(of(password, false).contains(&PasswordFault::Common), "{password}: {:?}", of(password, false));
        }
        assert!(of("x7#Nguyễn Văn A 92q", false).contains(&PasswordFault::OwnName));
        assert_eq!(of("7#q!x@9$w%2&z*", false), [], "signs other than letters count");
        assert_eq!(of("!!!!!!!!!!!!!!!", false), [PasswordFault::Common]);
        assert!(matches!(of("", false)[..], [PasswordFault::TooShort { .. }]), "of nothing one thing is said");
    }
}
