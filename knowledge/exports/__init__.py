"""The directory as Open Referral UK (HSDS-UK 3.0): what is published, what is asked for, and how a row is said."""
