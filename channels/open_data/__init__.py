"""What everybody may read and build on: the Open Referral UK feed, a page an entry, what's on, the sitemap."""
