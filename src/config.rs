//! Settings, read once from the command line and the environment and handed on.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::values::Say;
use crate::values::geojson::{self, Outline};

/// Where the data is and how it is served; on every command.
#[derive(Args, Clone, Debug)]
pub struct DataArgs {
    /// The database: a file's path, or postgres://user@host/name · 数据库：文件路径或 PostgreSQL 地址
    #[arg(
        long,
        global = true,
        env = "CUNXIN_DATABASE",
        default_value = "./cunxin-data/cunxin.db",
        hide_env_values = true
    )]
    pub database: String,
    /// The key file that unlocks names and numbers; default: beside the data directory · 密钥文件
    #[arg(long, global = true, env = "CUNXIN_KEY_FILE")]
    pub key_file: Option<PathBuf>,
    /// The font that PDF reports are set in, TrueType or OpenType, such as the office's own 仿宋 · PDF 报表的正文字体
    #[arg(long, global = true, env = "CUNXIN_REPORT_FONT", value_name = "FILE")]
    pub report_font: Option<PathBuf>,
}

impl DataArgs {
    /// The key file: the one named, or `<data directory>.key` beside the directory of the
    /// database file, or `./cunxin.key` for a server's database.
    pub fn key_path(&self) -> PathBuf {
        if let Some(path) = &self.key_file {
            return path.clone();
        }
        if self.database.contains("://") {
            return PathBuf::from("./cunxin.key");
        }
        let folder = Path::new(&self.database)
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        match folder {
            Some(folder) => folder.with_extension("key"),
            None => Path::new(&self.database).with_extension("key"),
        }
    }
}

/// How pages are served.
#[derive(Args, Clone, Debug)]
pub struct ListenArgs {
    /// Address and port to listen on · 监听地址
    #[arg(long, default_value = "127.0.0.1:8080")]
    pub listen: String,
    /// A reverse proxy serves us over HTTPS: cookies are marked Secure and HSTS is sent · 在 HTTPS 反向代理之后
    #[arg(long, env = "CUNXIN_BEHIND_TLS", value_parser = clap::builder::BoolishValueParser::new())]
    pub behind_tls: bool,
    /// Serve HTTPS: the certificate and whoever signed it, PEM; read at the start · HTTPS 证书（PEM，含中间证书）
    #[arg(long, env = "CUNXIN_TLS_CERT", value_name = "PEM")]
    pub tls_cert: Option<PathBuf>,
    /// The certificate's private key, PEM · 证书的私钥（PEM）
    #[arg(long, env = "CUNXIN_TLS_KEY", value_name = "PEM")]
    pub tls_key: Option<PathBuf>,
    /// The office's own map: GeoJSON outlines of towns or counties, each with its 12-digit `code` · 自备地图（GeoJSON）
    #[arg(long, env = "CUNXIN_MAP", value_name = "FILE")]
    pub map: Option<PathBuf>,
}

impl ListenArgs {
    /// Whether browsers reach us over HTTPS, by ourselves or through a proxy.
    pub fn over_tls(&self) -> bool {
        self.behind_tls || self.tls_cert.is_some()
    }

    /// The office's own map, read and checked; none where none is named.
    ///
    /// # Errors
    /// A sentence that names the file and what is wrong with it.
    pub fn outlines(&self) -> Result<Option<Vec<Outline>>, Say> {
        let Some(path) = &self.map else {
            return Ok(None);
        };
        let at = path.display();
        let text = std::fs::metadata(path)
            .and_then(|file| match usize::try_from(file.len()) {
                Ok(bytes) if bytes <= geojson::MOST_BYTES => std::fs::read_to_string(path),
                _ => Err(std::io::Error::other(format!(
                    "> {} MB",
                    geojson::MOST_BYTES >> 20
                ))),
            })
            .map_err(|error| {
                Say::new(
                    format!("地图文件读不了：{error}。"),
                    format!("The map file cannot be read: {error}."),
                )
            });
        let read = text.and_then(|text| geojson::outlines(&text));
        read.map(Some)
            .map_err(|say| Say::new(format!("{at}：{}", say.zh), format!("{at}: {}", say.en)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(database: &str) -> PathBuf {
        DataArgs {
            database: database.to_owned(),
            key_file: None,
            report_font: None,
        }
        .key_path()
    }

    #[test]
    fn a_map_is_read_or_refused_by_its_name() {
        let read = |file: &str| {
            let map = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
            ListenArgs {
                listen: String::new(),
                behind_tls: false,
                tls_cert: None,
                tls_key: None,
                map: Some(map),
            }
            .outlines()
        };
        let counties = read("data/jiangmen-counties.geojson").unwrap();
        assert_eq!(counties.map(|outlines| outlines.len()), Some(7));
        for (file, why) in [("no/such.geojson", "读不了"), ("Cargo.toml", "JSON")] {
            let said = read(file).unwrap_err();
            assert!(said.zh.contains(file) && said.zh.contains(why), "{said}");
        }
    }

    #[test]
    fn the_key_lies_beside_the_data_directory_and_never_in_it() {
        assert_eq!(key("./cunxin-data/cunxin.db"), PathBuf::from("./cunxin-data.key"));
        assert_eq!(
            key("/srv/cunxin/data/county.db"),
            PathBuf::from("/srv/cunxin/data.key")
        );
        assert_eq!(key("county.db"), PathBuf::from("county.key"));
        assert_eq!(key("postgres://cunxin@db/cunxin"), PathBuf::from("./cunxin.key"));
    }
}
