// BAD encoding: ÿþ
