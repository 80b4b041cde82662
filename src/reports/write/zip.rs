//! A ZIP file written from front to back: each part is packed as it comes, its size and checksum follow it, and the
//! list of parts stands at the end. So nothing has to be held but what is being packed.

use std::io::Write;
use std::mem::take;

use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};

use super::WriteError;

/// The part that is open.
struct Open {
    name: String,
    start: u32,
    crc: Crc,
    packer: DeflateEncoder<Vec<u8>>,
    packed: u64,
    plain: u64,
}

/// A part that is closed.
struct Closed {
    name: String,
    start: u32,
    crc: u32,
    packed: u32,
    plain: u32,
}

/// The file so far.
#[derive(Default)]
pub(super) struct Zip {
    out: Vec<u8>,
    length: u64,
    open: Option<Open>,
    closed: Vec<Closed>,
}

/// Sizes stand in 32 bits.
fn size(number: u64) -> Result<u32, WriteError> {
    u32::try_from(number).map_err(|_| WriteError::TooLarge)
}

impl Zip {
    /// Begins a part; the one before it is at its end.
    pub(super) fn begin(&mut self, name: &str) -> Result<(), WriteError> {
        self.end()?;
        let start = size(self.length)?;
        // Version 2.0, sizes follow (8), deflated (8), no time; the day is 1980-01-01.
        let mut head = b"PK\x03\x04\x14\0\x08\0\x08\0\0\0\x21\0".to_vec();
        head.extend([0; 12]);
        head.extend(u16::try_from(name.len()).unwrap_or(0).to_le_bytes());
        head.extend([0, 0]);
        head.extend(name.as_bytes());
        self.put(&head);
        self.open = Some(Open {
            name: name.to_owned(),
            start,
            crc: Crc::new(),
            packer: DeflateEncoder::new(Vec::new(), Compression::fast()),
            packed: 0,
            plain: 0,
        });
        Ok(())
    }

    /// Adds to the open part.
    pub(super) fn write(&mut self, text: &str) -> Result<(), WriteError> {
        let Some(open) = &mut self.open else {
            return Err(WriteError::TooLarge);
        };
        open.crc.update(text.as_bytes());
        open.plain += text.len() as u64;
        open.packer
            .write_all(text.as_bytes())
            .map_err(|_| WriteError::TooLarge)?;
        let made = take(open.packer.get_mut());
        open.packed += made.len() as u64;
        self.put(&made);
        Ok(())
    }

    fn end(&mut self) -> Result<(), WriteError> {
        let Some(open) = self.open.take() else {
            return Ok(());
        };
        let rest = open.packer.finish().map_err(|_| WriteError::TooLarge)?;
        self.put(&rest);
        let part = Closed {
            name: open.name,
            start: open.start,
            crc: open.crc.sum(),
            packed: size(open.packed + rest.len() as u64)?,
            plain: size(open.plain)?,
        };
        let mut tail = b"PK\x07\x08".to_vec();
        tail.extend(part.crc.to_le_bytes());
        tail.extend(part.packed.to_le_bytes());
        tail.extend(part.plain.to_le_bytes());
        self.put(&tail);
        self.closed.push(part);
        Ok(())
    }

    /// Ends the file.
    pub(super) fn finish(&mut self) -> Result<(), WriteError> {
        self.end()?;
        let start = size(self.length)?;
        let mut list = Vec::new();
        for part in &self.closed {
            list.extend(b"PK\x01\x02\x14\0\x14\0\x08\0\x08\0\0\0\x21\0");
            list.extend(part.crc.to_le_bytes());
            list.extend(part.packed.to_le_bytes());
            list.extend(part.plain.to_le_bytes());
            list.extend(u16::try_from(part.name.len()).unwrap_or(0).to_le_bytes());
            list.extend([0; 12]);
            list.extend(part.start.to_le_bytes());
            list.extend(part.name.as_bytes());
        }
        let count = u16::try_from(self.closed.len()).unwrap_or(0).to_le_bytes();
        let length = size(list.len() as u64)?;
        list.extend(b"PK\x05\x06\0\0\0\0");
        list.extend(count);
        list.extend(count);
        list.extend(length.to_le_bytes());
        list.extend(start.to_le_bytes());
        list.extend([0, 0]);
        self.put(&list);
        Ok(())
    }

    fn put(&mut self, bytes: &[u8]) {
        self.length += bytes.len() as u64;
        self.out.extend_from_slice(bytes);
    }

    /// What has been made since it was last taken.
    pub(super) fn take(&mut self) -> Vec<u8> {
        take(&mut self.out)
    }
}
