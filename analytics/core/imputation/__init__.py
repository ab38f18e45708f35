"""Item nonresponse: how much is missing, person means, imputation from donors, and Rubin's rules.

The default is the available answers of each item; imputation is for regressions and indices that lose too many rows.
"""
