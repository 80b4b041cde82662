DROP TABLE official_figure;
