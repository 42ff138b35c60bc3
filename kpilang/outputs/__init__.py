"""What people and programs are shown: findings and results in every format, numbers in their units."""
