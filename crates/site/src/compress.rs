//! Compresses files at build time, so that the server never has to.

use std::io::Write;

use anyhow::Result;
use brotli::CompressorWriter;
use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::Profile;

/// The encodings, with the extension that a server looks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    Brotli,
    Gzip,
}

impl Encoding {
    pub(crate) const ALL: [Self; 2] = [Self::Brotli, Self::Gzip];

    /// The extension added to the file's name.
    pub(crate) fn extension(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gz",
        }
    }

    /// The content compressed, unless that makes it no smaller.
    pub(crate) fn compress(self, content: &[u8], profile: Profile) -> Result<Option<Vec<u8>>> {
        let compressed = match self {
            Self::Brotli => brotli(content, profile)?,
            Self::Gzip => gzip(content, profile)?,
        };
        Ok((compressed.len() < content.len()).then_some(compressed))
    }
}

fn brotli(content: &[u8], profile: Profile) -> Result<Vec<u8>> {
    let quality = match profile {
        Profile::Dev => 1,
        Profile::Release => 11,
    };
    let settings = BrotliEncoderParams { quality, lgwin: 22, size_hint: content.len(), ..Default::default() };
    let mut writer = CompressorWriter::with_params(Vec::new(), 1 << 16, &settings);
    writer.write_all(content)?;
    Ok(writer.into_inner())
}

fn gzip(content: &[u8], profile: Profile) -> Result<Vec<u8>> {
    let level = match profile {
        Profile::Dev => Compression::fast(),
        Profile::Release => Compression::best(),
    };
    let mut writer = GzEncoder::new(Vec::new(), level);
    writer.write_all(content)?;
    Ok(writer.finish()?)
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn text() -> Vec<u8> {
        (0..4000).flat_map(|n: u32| format!("ticket {} of {n}; ", n * 7919 % 1000).into_bytes()).collect()
    }

    #[test]
    fn compressed_content_decompresses_to_the_original() {
        for profile in [Profile::Dev, Profile::Release] {
            let (mut from_brotli, mut from_gzip) = (Vec::new(), Vec::new());
            let brotli = Encoding::Brotli.compress(&text(), profile).unwrap().unwrap();
            brotli::Decompressor::new(brotli.as_slice(), 4096).read_to_end(&mut from_brotli).unwrap();
            let gzip = Encoding::Gzip.compress(&text(), profile).unwrap().unwrap();
            flate2::read::GzDecoder::new(gzip.as_slice()).read_to_end(&mut from_gzip).unwrap();
            assert!(from_brotli == text() && from_gzip == text(), "{profile:?}");
        }
    }

    #[test]
    fn a_release_is_smaller_than_a_quick_build() {
        for encoding in Encoding::ALL {
            let size = |profile| encoding.compress(&text(), profile).unwrap().unwrap().len();
            assert!(size(Profile::Release) < size(Profile::Dev), "{encoding:?}");
        }
    }

    #[test]
    fn content_that_does_not_shrink_stays_uncompressed() {
        for encoding in Encoding::ALL {
            assert_eq!(encoding.compress(b"tiny", Profile::Release).unwrap(), None, "{encoding:?}");
        }
    }
}
