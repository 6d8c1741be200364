"""Security verifications at the employer, by staff number: outcome and days alone. Others learn numbers of places."""
