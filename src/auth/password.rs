//! Passwords: Argon2id, with the parameters OWASP recommends (19 MiB, two passes, one lane).

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};

use crate::error::Error;
use crate::values::Say;
use crate::vault;

/// Shortest password accepted (OWASP ASVS 5.0, 6.2.1).
const SHORTEST: usize = 8;

/// Hashes a password for storage.
pub fn hash_password(clear: &str) -> Result<String, Error> {
    Argon2::default()
        .hash_password(clear.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|error| Error::Failed(format!("hashing a password: {error}")))
}

/// Whether the password is the one behind the hash.
pub(super) fn matches(clear: &str, hash: &str) -> bool {
    PasswordHash::new(hash)
        .is_ok_and(|hash| Argon2::default().verify_password(clear.as_bytes(), &hash).is_ok())
}

/// As slow as a real check, so that an unknown login does not answer faster.
pub(super) fn pretend(clear: &str) {
    let _ = hash_password(clear);
}

/// A password for one sign-in, to be printed: 80 bits, easy to type.
pub fn one_time_password() -> Result<String, Error> {
    let token = vault::random_token().map_err(|error| Error::Failed(error.to_string()))?;
    let groups: Vec<&str> = [0, 5, 10, 15]
        .iter()
        .filter_map(|at| token.get(*at..at + 5))
        .collect();
    Ok(groups.join("-"))
}

/// Refuses passwords too short to be worth keeping, or everyone's first guess.
pub(super) fn check_new(clear: &str, login: &str) -> Result<(), Error> {
    let refuse = |zh: &str, en: &str| Err(Error::refuse("password.weak", "password", Say::new(zh, en)));
    if clear.chars().count() < SHORTEST {
        return refuse("密码至少要有8个字符。", "A password needs at least 8 characters.");
    }
    let lower = clear.to_lowercase();
    let common = [
        "password",
        "12345678",
        "123456789",
        "11111111",
        "88888888",
        "qwertyui",
        "abc12345",
        "password1",
    ];
    let one_letter = lower.chars().all(|c| lower.starts_with(c));
    if common.contains(&lower.as_str()) || one_letter || lower == login.to_lowercase() {
        return refuse(
            "这个密码太容易被猜到，请换一个。",
            "This password is too easy to guess; choose another one.",
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_matches_its_password_only() {
        let hash = hash_password("湿地里的白鹭").unwrap();
        assert!(hash.starts_with("$argon2id$"));
        assert!(matches("湿地里的白鹭", &hash));
        assert!(!matches("湿地里的白鹤", &hash));
    }

    #[test]
    fn weak_passwords_are_refused() {
        for weak in ["short", "12345678", "aaaaaaaa", "chen.dawen"] {
            assert!(check_new(weak, "chen.dawen").is_err(), "{weak}");
        }
        assert!(check_new("五个汉字加上数字2024", "chen.dawen").is_ok());
    }
}
