//! Finds JSON's structure 64 bytes at a time, with the widest vectors that the processor has.
//!
//! The only `unsafe` of the scanner is here. A token (`Avx512`, `Avx2`) exists only where the processor was seen to have
//! what its methods use, and every load is from a whole 64-byte array, so none reads past its data.

/// Bit i stands for byte i of the block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Structure {
    pub(crate) quote: u64,
    pub(crate) backslash: u64,
    /// `{` and `[`
    pub(crate) open: u64,
    /// `}` and `]`
    pub(crate) close: u64,
}

pub(crate) trait Lanes: Copy {
    /// Where `"` and `\` are.
    fn string(self, block: &[u8; 64]) -> (u64, u64);

    fn structure(self, block: &[u8; 64]) -> Structure;

    /// Bit i is the exclusive or of bits 0 to i.
    #[inline(always)]
    fn prefix_xor(self, mut bits: u64) -> u64 {
        for shift in [1, 2, 4, 8, 16, 32] {
            bits ^= bits << shift;
        }
        bits
    }
}

/// Eight bytes at a time in ordinary registers: on any processor.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Words;

impl Words {
    #[inline(always)]
    fn equal(block: &[u8; 64], byte: u8, fold: u8) -> u64 {
        const LOW: u64 = 0x7F7F_7F7F_7F7F_7F7F;
        let (wanted, fold) = (u64::from_ne_bytes([byte; 8]), u64::from_ne_bytes([fold; 8]));
        let (words, _) = block.as_chunks::<8>();
        words.iter().rev().fold(0, |mask, word| {
            let difference = (u64::from_le_bytes(*word) | fold) ^ wanted;
            // The top bit of each byte that is zero.
            let zero = !(((difference & LOW) + LOW) | difference | LOW);
            mask << 8 | (zero >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
        })
    }
}

impl Lanes for Words {
    #[inline(always)]
    fn string(self, block: &[u8; 64]) -> (u64, u64) {
        (Self::equal(block, b'"', 0), Self::equal(block, b'\\', 0))
    }

    #[inline(always)]
    fn structure(self, block: &[u8; 64]) -> Structure {
        let (quote, backslash) = self.string(block);
        // `[` and `{` differ in one bit only, and so do `]` and `}`; no other byte falls together with them.
        Structure { quote, backslash, open: Self::equal(block, b'{', 0x20), close: Self::equal(block, b'}', 0x20) }
    }
}

#[cfg(target_arch = "x86_64")]
pub(crate) use x86::{Avx2, Avx512};

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::{Lanes, Structure};
    use std::arch::x86_64::*;

    /// Two 32-byte vectors. Holding one proves AVX2 and PCLMULQDQ.
    #[derive(Debug, Clone, Copy)]
    pub(crate) struct Avx2(());

    impl Avx2 {
        pub(crate) fn new() -> Option<Self> {
            (is_x86_feature_detected!("avx2") && is_x86_feature_detected!("pclmulqdq")).then_some(Self(()))
        }
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn load256(block: &[u8; 64]) -> (__m256i, __m256i) {
        let start: *const __m256i = block.as_ptr().cast();
        // SAFETY: unaligned loads of bytes 0..32 and 32..64 of a 64-byte array.
        unsafe { (_mm256_loadu_si256(start), _mm256_loadu_si256(start.add(1))) }
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn equal256((low, high): (__m256i, __m256i), byte: u8) -> u64 {
        let wanted = _mm256_set1_epi8(byte.cast_signed());
        let low = _mm256_movemask_epi8(_mm256_cmpeq_epi8(low, wanted)).cast_unsigned();
        let high = _mm256_movemask_epi8(_mm256_cmpeq_epi8(high, wanted)).cast_unsigned();
        u64::from(high) << 32 | u64::from(low)
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn string256(block: &[u8; 64]) -> (u64, u64) {
        let bytes = load256(block);
        (equal256(bytes, b'"'), equal256(bytes, b'\\'))
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn structure256(block: &[u8; 64]) -> Structure {
        let bytes = load256(block);
        let fold = _mm256_set1_epi8(0x20);
        let folded = (_mm256_or_si256(bytes.0, fold), _mm256_or_si256(bytes.1, fold));
        Structure {
            quote: equal256(bytes, b'"'),
            backslash: equal256(bytes, b'\\'),
            open: equal256(folded, b'{'),
            close: equal256(folded, b'}'),
        }
    }

    /// A product without carries with all ones: every bit is the exclusive or of all bits up to it.
    #[inline]
    #[target_feature(enable = "pclmulqdq")]
    fn prefix_xor(bits: u64) -> u64 {
        let product = _mm_clmulepi64_si128(_mm_set_epi64x(0, bits.cast_signed()), _mm_set1_epi8(-1), 0);
        _mm_cvtsi128_si64(product).cast_unsigned()
    }

    impl Lanes for Avx2 {
        #[inline(always)]
        fn string(self, block: &[u8; 64]) -> (u64, u64) {
            // SAFETY: `self` proves AVX2.
            unsafe { string256(block) }
        }

        #[inline(always)]
        fn structure(self, block: &[u8; 64]) -> Structure {
            // SAFETY: `self` proves AVX2.
            unsafe { structure256(block) }
        }

        #[inline(always)]
        fn prefix_xor(self, bits: u64) -> u64 {
            // SAFETY: `self` proves PCLMULQDQ.
            unsafe { prefix_xor(bits) }
        }
    }

    /// One 64-byte vector. Holding one proves AVX-512 (F, BW) and PCLMULQDQ.
    #[derive(Debug, Clone, Copy)]
    pub(crate) struct Avx512(());

    impl Avx512 {
        pub(crate) fn new() -> Option<Self> {
            let proved = is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512bw")
                && is_x86_feature_detected!("pclmulqdq");
            proved.then_some(Self(()))
        }
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512bw")]
    fn load512(block: &[u8; 64]) -> __m512i {
        // SAFETY: an unaligned load of a 64-byte array.
        unsafe { _mm512_loadu_si512(block.as_ptr().cast()) }
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512bw")]
    fn equal512(bytes: __m512i, byte: u8) -> u64 {
        _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(byte.cast_signed()))
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512bw")]
    fn string512(block: &[u8; 64]) -> (u64, u64) {
        let bytes = load512(block);
        (equal512(bytes, b'"'), equal512(bytes, b'\\'))
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512bw")]
    fn structure512(block: &[u8; 64]) -> Structure {
        let bytes = load512(block);
        let folded = _mm512_or_si512(bytes, _mm512_set1_epi8(0x20));
        Structure {
            quote: equal512(bytes, b'"'),
            backslash: equal512(bytes, b'\\'),
            open: equal512(folded, b'{'),
            close: equal512(folded, b'}'),
        }
    }

    impl Lanes for Avx512 {
        #[inline(always)]
        fn string(self, block: &[u8; 64]) -> (u64, u64) {
            // SAFETY: `self` proves AVX-512.
            unsafe { string512(block) }
        }

        #[inline(always)]
        fn structure(self, block: &[u8; 64]) -> Structure {
            // SAFETY: `self` proves AVX-512.
            unsafe { structure512(block) }
        }

        #[inline(always)]
        fn prefix_xor(self, bits: u64) -> u64 {
            // SAFETY: `self` proves PCLMULQDQ.
            unsafe { prefix_xor(bits) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn naive(block: &[u8; 64]) -> Structure {
        let mask = |wanted: &[u8]| {
            block.iter().enumerate().filter(|(_, b)| wanted.contains(b)).fold(0, |mask, (i, _)| mask | 1_u64 << i)
        };
        Structure { quote: mask(b"\""), backslash: mask(b"\\"), open: mask(b"{["), close: mask(b"}]") }
    }

    fn naive_prefix_xor(bits: u64) -> u64 {
        (0..64).fold(0, |all, i| all | u64::from((bits & (u64::MAX >> (63 - i))).count_ones() % 2) << i)
    }

    fn agrees(lanes: impl Lanes, block: &[u8; 64], bits: u64) {
        let expected = naive(block);
        assert_eq!(lanes.structure(block), expected);
        assert_eq!(lanes.string(block), (expected.quote, expected.backslash));
        assert_eq!(lanes.prefix_xor(bits), naive_prefix_xor(bits));
    }

    proptest! {
        #[test]
        fn all_agree(bytes in proptest::collection::vec(prop_oneof![any::<u8>(), proptest::sample::select(b"\"\\{}[]".to_vec())], 64), bits: u64) {
            let block = bytes.first_chunk().unwrap();
            agrees(Words, block, bits);
            #[cfg(target_arch = "x86_64")]
            {
                if let Some(lanes) = Avx2::new() {
                    agrees(lanes, block, bits);
                }
                if let Some(lanes) = Avx512::new() {
                    agrees(lanes, block, bits);
                }
            }
        }
    }
}
