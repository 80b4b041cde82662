//! HTTPS without a proxy in front: the certificate and key that `--tls-cert` and `--tls-key` name.
//!
//! TLS 1.2 and 1.3 with rustls; both files are read once, at the start.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{Error, InconsistentKeys, ServerConfig};

/// Why the program cannot serve HTTPS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    #[error(
        "--tls-cert and --tls-key belong together: {missing} is missing · {missing} 未指定：证书和私钥要一起给"
    )]
    Alone { missing: &'static str },
    #[error("cannot read {path}: {source} · 文件读不到")]
    File { path: String, source: std::io::Error },
    #[error("{0} holds no certificate in PEM form (-----BEGIN CERTIFICATE-----) · 文件里没有 PEM 格式的证书")]
    NoCertificate(String),
    #[error(
        "{0} holds no private key in PEM form that can be used; a key with a password cannot · \
         文件里没有可用的 PEM 格式私钥（不支持带口令的私钥）"
    )]
    NoKey(String),
    #[error("the key in {key} does not belong to the certificate in {cert} · 私钥与证书不是一对")]
    NotAPair { cert: String, key: String },
    #[error("the certificate in {path} cannot be used: {reason} · 证书不能用")]
    Unusable { path: String, reason: String },
}

/// The settings of a server that speaks HTTPS; none when neither file is named.
pub fn settings(cert: Option<&PathBuf>, key: Option<&PathBuf>) -> Result<Option<ServerConfig>, TlsError> {
    match (cert, key) {
        (Some(cert), Some(key)) => pair(cert, key).map(Some),
        (Some(_), None) => Err(TlsError::Alone { missing: "--tls-key" }),
        (None, Some(_)) => Err(TlsError::Alone {
            missing: "--tls-cert",
        }),
        (None, None) => Ok(None),
    }
}

fn pair(cert: &Path, key: &Path) -> Result<ServerConfig, TlsError> {
    let (cert_name, key_name) = (cert.display().to_string(), key.display().to_string());
    let unusable = |error: Error| match error {
        Error::InconsistentKeys(InconsistentKeys::KeyMismatch) => TlsError::NotAPair {
            cert: cert_name.clone(),
            key: key_name.clone(),
        },
        other => TlsError::Unusable {
            path: cert_name.clone(),
            reason: other.to_string(),
        },
    };
    // The chain as the authority sent it: our own certificate first, then whoever signed it.
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(&read(cert)?)
        .collect::<Result<_, _>>()
        .map_err(|_| TlsError::NoCertificate(cert_name.clone()))?;
    if chain.is_empty() {
        return Err(TlsError::NoCertificate(cert_name));
    }
    let key_der =
        PrivateKeyDer::from_pem_slice(&read(key)?).map_err(|_| TlsError::NoKey(key_name.clone()))?;
    let provider = Arc::new(ring::default_provider());
    provider
        .key_provider
        .load_private_key(key_der.clone_key())
        .map_err(|_| TlsError::NoKey(key_name.clone()))?;
    ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(unusable)?
        .with_no_client_auth()
        .with_single_cert(chain, key_der)
        .map_err(unusable)
}

fn read(path: &Path) -> Result<Vec<u8>, TlsError> {
    std::fs::read(path).map_err(|source| TlsError::File {
        path: path.display().to_string(),
        source,
    })
}
