;; Counts the words of many texts in UTF-8, up to sixty-four bytes at a time (WebAssembly SIMD).
;;
;; A word begins at a byte that is not white space, at the text's beginning or after white space. The six spaces of
;; one byte are found by comparing sixteen bytes at once; four such comparisons make up the bits of one 64-bit number,
;; whose word beginnings are counted at once. The other spaces are two or three bytes long, and their first bytes are
;; C2, E1, E2, E3 or EF: sixteen bytes that hold one of these are looked at one by one instead.
;; `count-words-of-text.ts` is the same in JavaScript, and explains the encodings.
;;
;; `npm run generate` makes word-counter-module.ts of this file; a test compares the two.
(module
  (memory (export "memory") 1)

  ;; texts:  address of all texts
  ;; starts: address of n u32: where each text begins, relative to `texts`
  ;; ends:   address of n u32: where it ends (exclusive)
  ;; words:  address of n u32: receives each text's number of words
  ;; Sixteen bytes behind the last text must be readable.
  (func (export "count") (param $texts i32) (param $starts i32) (param $ends i32) (param $words i32) (param $n i32)
    (local $row i32)
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $row) (local.get $n)))
        (i32.store
          (i32.add (local.get $words) (i32.shl (local.get $row) (i32.const 2)))
          (call $countOne
            (i32.add (local.get $texts)
              (i32.load (i32.add (local.get $starts) (i32.shl (local.get $row) (i32.const 2)))))
            (i32.add (local.get $texts)
              (i32.load (i32.add (local.get $ends) (i32.shl (local.get $row) (i32.const 2)))))))
        (local.set $row (i32.add (local.get $row) (i32.const 1)))
        (br $next))))

  ;; Counts the words in [at, end). For ASCII text the loop calls no function, because engines need not inline a call.
  ;; The loop's constants are in locals.
  (func $countOne (param $at i32) (param $end i32) (result i32)
    (local $words i32)
    (local $afterSpace i32) ;; 1 when the byte before `at` is white space, or there is none
    (local $bytes v128)
    (local $left i32)
    (local $spaces i32)     ;; one bit per byte: 1 for white space
    (local $stop i32)
    (local $width i32)
    (local $b0 v128)
    (local $b1 v128)
    (local $b2 v128)
    (local $b3 v128)
    (local $m0 i32)
    (local $m1 i32)
    (local $m2 i32)
    (local $m3 i32)
    (local $spaces64 i64)   ;; one bit per byte: 1 for white space
    (local $x20 v128)
    (local $x09 v128)
    (local $x04 v128)
    (local.set $x20 (i8x16.splat (i32.const 0x20)))
    (local.set $x09 (i8x16.splat (i32.const 9)))
    (local.set $x04 (i8x16.splat (i32.const 4)))
    (local.set $afterSpace (i32.const 1))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
        ;; Sixty-four bytes at a time, as long as that many are left and none of them may begin a longer space.
        (block $fewer
          (br_if $fewer (i32.lt_u (i32.sub (local.get $end) (local.get $at)) (i32.const 64)))
          (local.set $b0 (v128.load (local.get $at)))
          (local.set $b1 (v128.load offset=16 (local.get $at)))
          (local.set $b2 (v128.load offset=32 (local.get $at)))
          (local.set $b3 (v128.load offset=48 (local.get $at)))
          (if (i8x16.bitmask
                (v128.or
                  (v128.or (local.get $b0) (local.get $b1))
                  (v128.or (local.get $b2) (local.get $b3))))
            (then
              (br_if $fewer (call $mayHoldLongSpace (local.get $b0)))
              (br_if $fewer (call $mayHoldLongSpace (local.get $b1)))
              (br_if $fewer (call $mayHoldLongSpace (local.get $b2)))
              (br_if $fewer (call $mayHoldLongSpace (local.get $b3)))))
          ;; Sixteen bits each, one bit per byte: 1 for U+0009–000D and U+0020
          (local.set $m0
            (i8x16.bitmask
              (v128.or
                (i8x16.eq (local.get $b0) (local.get $x20))
                (i8x16.le_u (i8x16.sub (local.get $b0) (local.get $x09)) (local.get $x04)))))
          (local.set $m1
            (i8x16.bitmask
              (v128.or
                (i8x16.eq (local.get $b1) (local.get $x20))
                (i8x16.le_u (i8x16.sub (local.get $b1) (local.get $x09)) (local.get $x04)))))
          (local.set $m2
            (i8x16.bitmask
              (v128.or
                (i8x16.eq (local.get $b2) (local.get $x20))
                (i8x16.le_u (i8x16.sub (local.get $b2) (local.get $x09)) (local.get $x04)))))
          (local.set $m3
            (i8x16.bitmask
              (v128.or
                (i8x16.eq (local.get $b3) (local.get $x20))
                (i8x16.le_u (i8x16.sub (local.get $b3) (local.get $x09)) (local.get $x04)))))
          (local.set $spaces64
            (i64.or
              (i64.extend_i32_u
                (i32.or (local.get $m0) (i32.shl (local.get $m1) (i32.const 16))))
              (i64.shl
                (i64.extend_i32_u
                  (i32.or (local.get $m2) (i32.shl (local.get $m3) (i32.const 16))))
                (i64.const 32))))
          (local.set $words
            (i32.add (local.get $words)
              (i32.wrap_i64
                (i64.popcnt
                  (i64.and
                    (i64.xor (local.get $spaces64) (i64.const -1))
                    (i64.or
                      (i64.shl (local.get $spaces64) (i64.const 1))
                      (i64.extend_i32_u (local.get $afterSpace))))))))
          (local.set $afterSpace (i32.wrap_i64 (i64.shr_u (local.get $spaces64) (i64.const 63))))
          (local.set $at (i32.add (local.get $at) (i32.const 64)))
          (br $next))
        ;; Sixteen bytes, or as many as are left.
        (local.set $bytes (v128.load (local.get $at)))
        (block $oneByOne
          (if (i8x16.bitmask (local.get $bytes)) ;; not all of them ASCII
            (then (br_if $oneByOne (call $mayHoldLongSpace (local.get $bytes)))))
          ;; U+0009–000D and U+0020
          (local.set $spaces
            (i8x16.bitmask
              (v128.or
                (i8x16.eq (local.get $bytes) (local.get $x20))
                (i8x16.le_u (i8x16.sub (local.get $bytes) (local.get $x09)) (local.get $x04)))))
          ;; Bytes after the text count as white space.
          (local.set $left (i32.sub (local.get $end) (local.get $at)))
          (if (i32.lt_u (local.get $left) (i32.const 16))
            (then
              (local.set $spaces
                (i32.and (i32.const 0xffff)
                  (i32.or (local.get $spaces) (i32.shl (i32.const 0xffff) (local.get $left)))))))
          (local.set $words
            (i32.add (local.get $words)
              (i32.popcnt
                (i32.and
                  (i32.xor (local.get $spaces) (i32.const 0xffff))
                  (i32.or (i32.shl (local.get $spaces) (i32.const 1)) (local.get $afterSpace))))))
          (local.set $afterSpace (i32.shr_u (local.get $spaces) (i32.const 15)))
          (local.set $at (i32.add (local.get $at) (i32.const 16)))
          (br $next))
        ;; These sixteen bytes one by one. The last white-space character may end after them.
        (local.set $stop (i32.add (local.get $at) (i32.const 16)))
        (if (i32.gt_u (local.get $stop) (local.get $end)) (then (local.set $stop (local.get $end))))
        (block $chunkDone
          (loop $nextByte
            (br_if $chunkDone (i32.ge_u (local.get $at) (local.get $stop)))
            (local.set $width (call $spaceWidth (local.get $at) (local.get $end)))
            (if (local.get $width)
              (then
                (local.set $afterSpace (i32.const 1))
                (local.set $at (i32.add (local.get $at) (local.get $width))))
              (else
                (local.set $words (i32.add (local.get $words) (local.get $afterSpace)))
                (local.set $afterSpace (i32.const 0))
                (local.set $at (i32.add (local.get $at) (i32.const 1)))))
            (br $nextByte)))
        (br $next)))
    (local.get $words))

  ;; Whether one of the sixteen bytes is C2, E1–E3 or EF.
  (func $mayHoldLongSpace (param $bytes v128) (result i32)
    (v128.any_true
      (v128.or
        (i8x16.le_u (i8x16.sub (local.get $bytes) (i8x16.splat (i32.const 0xe1))) (i8x16.splat (i32.const 2)))
        (v128.or
          (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 0xc2)))
          (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 0xef)))))))

  ;; Length in bytes of the white-space character at `at`; 0 when there is none.
  (func $spaceWidth (param $at i32) (param $end i32) (result i32)
    (local $first i32)
    (local $rest i32) ;; second byte · 256 + third byte
    (local.set $first (i32.load8_u (local.get $at)))
    (if (i32.lt_u (local.get $first) (i32.const 0x21))
      (then
        (return
          (i32.or
            (i32.eq (local.get $first) (i32.const 0x20))
            (i32.le_u (i32.sub (local.get $first) (i32.const 9)) (i32.const 4))))))
    (if (i32.lt_u (local.get $first) (i32.const 0xc2)) (then (return (i32.const 0))))
    (if (i32.lt_u (i32.sub (local.get $end) (local.get $at)) (i32.const 2)) (then (return (i32.const 0))))
    (if (i32.eq (local.get $first) (i32.const 0xc2)) ;; U+00A0
      (then
        (return
          (i32.shl
            (i32.eq (i32.load8_u offset=1 (local.get $at)) (i32.const 0xa0))
            (i32.const 1)))))
    (if (i32.lt_u (i32.sub (local.get $end) (local.get $at)) (i32.const 3)) (then (return (i32.const 0))))
    (local.set $rest
      (i32.or
        (i32.shl (i32.load8_u offset=1 (local.get $at)) (i32.const 8))
        (i32.load8_u offset=2 (local.get $at))))
    (i32.mul (i32.const 3)
      (if (result i32) (i32.eq (local.get $first) (i32.const 0xe2))
        (then
          (i32.or
            (i32.le_u (i32.sub (local.get $rest) (i32.const 0x8080)) (i32.const 0x0a)) ;; U+2000–200A
            (i32.or
              (i32.le_u (i32.sub (local.get $rest) (i32.const 0x80a8)) (i32.const 1)) ;; U+2028, 2029
              (i32.or
                (i32.eq (local.get $rest) (i32.const 0x80af)) ;; U+202F
                (i32.eq (local.get $rest) (i32.const 0x819f)))))) ;; U+205F
        (else
          (i32.or
            (i32.and
              (i32.eq (local.get $first) (i32.const 0xe1))
              (i32.eq (local.get $rest) (i32.const 0x9a80))) ;; U+1680
            (i32.or
              (i32.and
                (i32.eq (local.get $first) (i32.const 0xe3))
                (i32.eq (local.get $rest) (i32.const 0x8080))) ;; U+3000
              (i32.and
                (i32.eq (local.get $first) (i32.const 0xef))
                (i32.eq (local.get $rest) (i32.const 0xbbbf))))))))) ;; U+FEFF
)
