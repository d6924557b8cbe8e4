-- A table as it may have been there for years. Nothing in it was made for reports.
CREATE DATABASE IF NOT EXISTS shop CHARACTER SET utf8mb4;

CREATE TABLE shop.orders (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  customer VARCHAR(255) NOT NULL,
  status ENUM('open', 'paid', 'returned') NOT NULL,
  amount DECIMAL(10, 2) NOT NULL,
  note TEXT NULL,
  created_at DATETIME NOT NULL,
  KEY customer (customer)
) CHARACTER SET utf8mb4;

INSERT INTO shop.orders (customer, status, amount, note, created_at) VALUES
  ('Ann', 'paid', 19.90, NULL, '2026-01-02 09:30:00'),
  ('Bob', 'paid', 250.00, 'Deliver after 18:00', '2026-01-02 11:00:00'),
  ('Ann', 'paid', 0.10, NULL, '2026-01-05 16:45:10'),
  ('Corner Shop, Ltd.', 'open', 1200.50, NULL, '2026-01-31 23:59:59'),
  ('Ann', 'returned', -19.90, 'Wrong size', '2026-02-01 00:00:00'),
  ('Bob', 'paid', 12.34, NULL, '2026-02-03 08:00:00'),
  ('Zoë', 'open', 99999999.99, NULL, '2026-02-04 13:37:00');
