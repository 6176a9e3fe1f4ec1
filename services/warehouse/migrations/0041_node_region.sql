-- Nodes of a region are one range.

ALTER TABLE node ADD KEY node_region (org_id, region_code, node_id);
