-- Which rows of the tables for readers outside an edition hides, a line for each; empty in editions made
-- before patterns were kept.
ALTER TABLE edition ADD COLUMN
    suppressed TEXT NOT NULL DEFAULT '';
