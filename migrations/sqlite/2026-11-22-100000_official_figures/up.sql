-- What official statistics say of a place: its registered households, or what is planted or kept there in
-- the unit of an insurance product (0 for none), in hundredths. A correction is a further revision.
CREATE TABLE official_figure (
    region_id INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('households', 'quantity')),
    product_id INTEGER NOT NULL,
    as_of TEXT NOT NULL,
    revision INTEGER NOT NULL,
    hundredths INTEGER NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (kind, product_id, region_id, as_of, revision)
) STRICT, WITHOUT ROWID;
