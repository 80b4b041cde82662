//! The office's secrets: one key file, from which the keys for sealing identities, looking
//! people up and chaining the audit log are derived.
//!
//! The file lies beside the data directory, not in it, so that a copy of the database alone
//! reveals no one. Losing it makes every name unreadable: back it up apart from the database.

use std::io::Write;
use std::path::Path;

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{Key, KeyInit, XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

type HmacSha256 = Hmac<Sha256>;

/// Why the key file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    #[error("cannot read or create the key file {path}: {source}")]
    File { path: String, source: std::io::Error },
    #[error("the key file {0} must hold 64 hexadecimal digits")]
    Malformed(String),
    #[error("no random numbers from the system: {0}")]
    NoRandomness(String),
    #[error("a sealed record does not open: wrong key file, or the record was changed")]
    DoesNotOpen,
}

/// The derived keys. Never printed, never stored.
#[derive(Clone)]
pub struct Vault {
    sealing: [u8; 32],
    lookup: [u8; 32],
    audit: [u8; 32],
    paper: [u8; 32],
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vault")
    }
}

impl Vault {
    /// Reads the key file, or makes one that only its owner may read.
    pub fn open(path: &Path) -> Result<Vault, VaultError> {
        let failed = |source| VaultError::File {
            path: path.display().to_string(),
            source,
        };
        match std::fs::read_to_string(path) {
            Ok(text) => {
                let master =
                    from_hex(text.trim()).ok_or_else(|| VaultError::Malformed(path.display().to_string()))?;
                Ok(Vault::from_master(&master))
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
                    private_folder(folder).map_err(failed)?;
                }
                let mut master = [0; 32];
                random(&mut master)?;
                write_private(path, &to_hex(&master)).map_err(failed)?;
                Ok(Vault::from_master(&master))
            }
            Err(error) => Err(failed(error)),
        }
    }

    /// Derives the keys from a master key.
    pub fn from_master(master: &[u8; 32]) -> Vault {
        let derive = |label: &str| hmac(master, &[label.as_bytes()]);
        Vault {
            sealing: derive("cunxin identity v1"),
            lookup: derive("cunxin lookup v1"),
            audit: derive("cunxin audit v1"),
            paper: derive("cunxin paper v1"),
        }
    }

    /// Encrypts `plain` so that it opens only under the same `owner` (XChaCha20-Poly1305, the
    /// owner as associated data). The nonce stands in front.
    pub fn seal(&self, owner: &str, plain: &[u8]) -> Result<Vec<u8>, VaultError> {
        let mut nonce = [0; 24];
        random(&mut nonce)?;
        let cipher = XChaCha20Poly1305::new(&Key::from(self.sealing));
        let sealed = cipher
            .encrypt(
                &XNonce::from(nonce),
                Payload {
                    msg: plain,
                    aad: owner.as_bytes(),
                },
            )
            .map_err(|_| VaultError::DoesNotOpen)?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Opens what [`Vault::seal`] made for the same `owner`.
    pub fn unseal(&self, owner: &str, sealed: &[u8]) -> Result<Vec<u8>, VaultError> {
        let (nonce, body) = sealed.split_first_chunk::<24>().ok_or(VaultError::DoesNotOpen)?;
        let cipher = XChaCha20Poly1305::new(&Key::from(self.sealing));
        cipher
            .decrypt(
                &XNonce::from(*nonce),
                Payload {
                    msg: body,
                    aad: owner.as_bytes(),
                },
            )
            .map_err(|_| VaultError::DoesNotOpen)
    }

    /// The keyed hash by which an identity number is found without being readable.
    pub fn lookup_hash(&self, number: &str) -> [u8; 32] {
        hmac(&self.lookup, &[number.as_bytes()])
    }

    /// What only this office can have printed on a paper that says these things. Parts do not run into one another.
    pub fn paper_mark(&self, parts: &[&[u8]]) -> [u8; 32] {
        let lengths: Vec<[u8; 8]> = parts
            .iter()
            .map(|part| (part.len() as u64).to_be_bytes())
            .collect();
        let framed: Vec<&[u8]> = lengths
            .iter()
            .zip(parts)
            .flat_map(|(length, part)| [length.as_slice(), part])
            .collect();
        hmac(&self.paper, &framed)
    }

    /// The next head of an audit chain.
    pub fn chain(&self, previous_head: &str, digest: &str) -> String {
        to_hex(&hmac(
            &self.audit,
            &[previous_head.as_bytes(), b"\n", digest.as_bytes()],
        ))
    }
}

/// SHA-256 of `bytes` in hexadecimal: digests of content, never of secrets.
pub fn digest(bytes: &[u8]) -> String {
    to_hex(&Sha256::digest(bytes))
}

/// 32 random bytes in hexadecimal, for session and form tokens.
pub fn random_token() -> Result<String, VaultError> {
    let mut bytes = [0; 32];
    random(&mut bytes)?;
    Ok(to_hex(&bytes))
}

/// Lower-case hexadecimal.
pub fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn random(bytes: &mut [u8]) -> Result<(), VaultError> {
    getrandom::fill(bytes).map_err(|error| VaultError::NoRandomness(error.to_string()))
}

fn hmac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    // HMAC pads a short key with zeros to its block of 64 bytes: the same here, so nothing can fail.
    let mut block = [0; 64];
    block[..32].copy_from_slice(key);
    let mut mac = <HmacSha256 as hmac::KeyInit>::new(&block.into());
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

fn from_hex(text: &str) -> Option<[u8; 32]> {
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    let mut bytes = [0; 32];
    for (i, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * i..2 * i + 2)?, 16).ok()?;
    }
    Some(bytes)
}

/// Makes the folder of the key file if it is missing, for its owner only; one that is there stays as it is.
fn private_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

#[cfg(unix)]
fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(not(unix))]
fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_record_opens_only_for_its_owner_and_key() {
        let vault = Vault::from_master(&[7; 32]);
        let sealed = vault.seal("client-1", "陈大文".as_bytes()).unwrap();
        assert!(!sealed.windows(3).any(|w| w == "陈".as_bytes()));
        assert_eq!(vault.unseal("client-1", &sealed).unwrap(), "陈大文".as_bytes());
        assert!(vault.unseal("client-2", &sealed).is_err());
        assert!(Vault::from_master(&[8; 32]).unseal("client-1", &sealed).is_err());
        let mut damaged = sealed.clone();
        damaged[30] ^= 1;
        assert!(vault.unseal("client-1", &damaged).is_err());
    }

    #[test]
    fn the_key_file_is_made_once_and_private() {
        let folder = std::env::temp_dir().join(format!("cunxin-vault-{}", std::process::id()));
        let path = folder.join("keys").join("cunxin.key");
        let first = Vault::open(&path).unwrap().lookup_hash("x");
        assert_eq!(Vault::open(&path).unwrap().lookup_hash("x"), first);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(
                std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
                0o600
            );
            let keys = std::fs::metadata(folder.join("keys")).unwrap();
            assert_eq!(keys.permissions().mode() & 0o777, 0o700);
        }
        std::fs::write(&path, "short").unwrap();
        assert!(Vault::open(&path).is_err());
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
